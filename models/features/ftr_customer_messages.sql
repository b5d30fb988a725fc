-- One row per customer who got a message in the feature window. Machine opens count as nothing.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

messages as (
    select
        messages.customer_key,
        messages.message_id,
        max(case when messages.event_type in ('sent', 'delivered') then 1 else 0 end) as is_sent,
        max(
            case
                when messages.event_type = 'open' and not messages.is_machine_open then 1
                else 0
            end
        ) as is_opened,
        max(case when messages.event_type = 'click' then 1 else 0 end) as is_clicked,
        max(case when messages.event_type = 'unsubscribe' then 1 else 0 end) as is_unsubscribed,
        max(case when messages.event_type = 'complaint' then 1 else 0 end) as is_complained,
        max(case when messages.event_type = 'click' then messages.event_date end)
            as last_click_date,
        max(case when messages.event_type = 'bounce' then 1 else 0 end) as is_bounced
    from {{ ref('int_message_days_resolved') }} as messages
    cross join as_of
    where
        messages.customer_key is not null
        and messages.event_date > as_of.window_start_date
        and messages.event_date <= as_of.as_of_date
    group by messages.customer_key, messages.message_id
),

messages_summed as (
    select
        customer_key,
        sum(case when is_bounced = 0 then is_sent else 0 end) as message_count,
        -- Who clicks has opened, even where the pixel was blocked.
        sum(case when is_opened = 1 or is_clicked = 1 then 1 else 0 end) as open_count,
        sum(is_clicked) as click_count,
        sum(is_unsubscribed) as unsubscribe_count,
        sum(is_complained) as complaint_count,
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
