-- One row per customer and message with an event in the feature window: what became of it. Machine
-- opens count as nothing.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

message_days as (
    select message_days.*
    from {{ ref('int_message_days_resolved') }} as message_days
    cross join as_of
    where
        message_days.customer_key is not null
        and message_days.event_date > as_of.window_start_date
        and message_days.event_date <= as_of.as_of_date
),

events_summed as (
    select
        customer_key,
        message_id,
        -- A message has one channel.
        max(channel) as channel,
        max(case when event_type in ('sent', 'delivered') then 1 else 0 end) = 1 as is_sent,
        max(case when event_type = 'bounce' then 1 else 0 end) = 1 as is_bounced,
        -- Who clicks has opened, even where the pixel was blocked.
        max(
            case
                when event_type = 'click' then 1
                when event_type = 'open' and not is_machine_open then 1
                else 0
            end
        ) = 1 as is_opened,
        max(case when event_type = 'click' then 1 else 0 end) = 1 as is_clicked,
        max(case when event_type = 'unsubscribe' then 1 else 0 end) = 1 as is_unsubscribed,
        max(case when event_type = 'complaint' then 1 else 0 end) = 1 as is_complained,
        min(event_date) as first_event_date,
        max(case when event_type = 'click' then event_date end) as last_click_date
    from message_days
    group by customer_key, message_id
),

final as (
    select
        customer_key,
        message_id,
        channel,
        is_sent and not is_bounced as is_received,
        is_opened,
        is_clicked,
        is_unsubscribed,
        is_complained,
        first_event_date,
        last_click_date
    from events_summed
)

select * from final
