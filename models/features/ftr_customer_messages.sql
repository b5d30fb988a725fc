-- One row per customer who got a message in the feature window.
with messages as (
    select *
    from {{ ref('int_messages_summed') }}
),

messages_summed as (
    select
        customer_key,
        sum(case when is_received then 1 else 0 end) as message_count,
        sum(case when is_opened then 1 else 0 end) as open_count,
        sum(case when is_clicked then 1 else 0 end) as click_count,
        sum(case when is_unsubscribed then 1 else 0 end) as unsubscribe_count,
        sum(case when is_complained then 1 else 0 end) as complaint_count,
        max(last_click_date) as last_click_date
    from messages
    group by customer_key
),

final as (
    select
        customer_key,
        message_count,
        {{ covey.share('open_count', 'message_count') }} as open_rate,
        {{ covey.share('click_count', 'message_count') }} as click_rate,
        {{ covey.share('click_count', 'open_count') }} as click_to_open_rate,
        unsubscribe_count,
        complaint_count,
        last_click_date
    from messages_summed
)

select * from final
