-- One row per event of a session that no machine ran, with the next three events of the session.
{%- set in_session = 'over (partition by events.session_id order by occurred_at, event_id)' %}
with events as (
    select
        session_id,
        event_id,
        event_name,
        occurred_at
    from {{ ref('int_web_events_sessionized') }}
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
