-- One row per path and event of it, with the three events before it. A path is what sessions of the
-- same kinds of events in the same order share; it is read from one of them.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

paths as (
    select
        path_hash,
        min(session_id) as session_id
    from {{ ref('int_sessions') }}
    where not is_bot
    group by path_hash
),

path_events as (
    select
        paths.path_hash,
        events.event_name,
        events.event_position
    from {{ ref('int_web_events_sessionized') }} as events
    inner join paths
        on events.session_id = paths.session_id
    cross join as_of
    where events.event_date <= as_of.as_of_date
),

final as (
    select
        path_hash,
        {%- for name in [
            'previous_event_name', 'second_previous_event_name', 'third_previous_event_name',
        ] %}
        lag(event_name, {{ loop.index }}) over (partition by path_hash order by event_position)
            as {{ name }},
        {%- endfor %}
        event_name,
        event_position
    from path_events
)

select * from final
