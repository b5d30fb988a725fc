-- One row per customer with an offline event in the feature window.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        events.customer_key,
        sum(case when events.event_type = 'store_visit' then events.event_count else 0 end)
            as store_visit_count,
        sum(case when events.event_type = 'loyalty_scan' then events.event_count else 0 end)
            as loyalty_scan_count,
        sum(case when events.event_type = 'device_signal' then events.event_count else 0 end)
            as device_signal_count,
        sum(case when events.event_type = 'call' then events.event_count else 0 end)
            as call_count
    from {{ ref('int_offline_days_resolved') }} as events
    cross join as_of
    where
        events.customer_key is not null
        and events.event_date > as_of.window_start_date
        and events.event_date <= as_of.as_of_date
    group by events.customer_key
)

select * from final
