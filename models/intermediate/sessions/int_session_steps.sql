-- One row per event of a session that no machine ran, with the next three events of the session.
{%- set in_session = 'over (partition by events.session_id order by occurred_at, event_id)' %}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

events as (
    select
        events.session_id,
        events.event_id,
        events.event_name,
        events.occurred_at
    from {{ ref('int_web_events_sessionized') }} as events
    cross join as_of
    where events.event_date <= as_of.as_of_date
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
        events.event_name,
        lead(events.event_name, 1) {{ in_session }} as second_event,
        lead(events.event_name, 2) {{ in_session }} as third_event,
        lead(events.event_name, 3) {{ in_session }} as fourth_event
    from events
    inner join sessions
        on events.session_id = sessions.session_id
)

select * from final
