-- One row per event of a session that no machine ran, with the three events before it.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

sessions as (
    select
        session_id,
        customer_key,
        session_date
    from {{ ref('int_sessions') }}
    where not is_bot
),

final as (
    select
        events.session_id,
        sessions.customer_key,
        sessions.session_date,
        events.third_previous_event_name,
        events.second_previous_event_name,
        events.previous_event_name,
        events.event_name
    from {{ ref('int_web_events_sessionized') }} as events
    inner join sessions
        on events.session_id = sessions.session_id
    cross join as_of
    where events.event_date <= as_of.as_of_date
)

select * from final
