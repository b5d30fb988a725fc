-- One row per day with web events, with a text that differs when their sessions differ.
select
    'sessions' as input,
    max(built_from)
    || ' ' || cast(count(*) as {{ dbt.type_string() }})
    || ' ' || cast(
        sum({{ covey.row_hash(['session_id', 'event_position']) }}) as {{ dbt.type_string() }}
    )
        as day_version,
    event_date as activity_date
from {{ ref('int_web_events_sessionized') }}
group by event_date
