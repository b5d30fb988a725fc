-- One row per run of two to four events that enough sessions share.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

-- Sessions with the same path are counted, not looked at one by one.
paths_taken as (
    select
        sessions.path_hash,
        count(*) as session_count
    from {{ ref('int_sessions') }} as sessions
    cross join as_of
    where
        not sessions.is_bot
        and sessions.session_date > as_of.window_start_date
        and sessions.session_date <= as_of.as_of_date
    group by sessions.path_hash
),

sessions_counted as (
    select sum(session_count) as session_count
    from paths_taken
),

steps as (
    select
        steps.*,
        paths_taken.session_count
    from {{ ref('int_path_steps') }} as steps
    inner join paths_taken
        on steps.path_hash = paths_taken.path_hash
),

runs as (
    {%- set before = [
        'previous_event_name', 'second_previous_event_name', 'third_previous_event_name',
    ] %}
    {%- for first in before %}
    select
        path_hash,
        session_count,
        {{ loop.index + 1 }} as event_count,
        {% for name in before[:loop.index] | reverse -%}
        {{ name }} || ' > ' || {% endfor %}event_name as event_path
    from steps
    where {{ first }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

runs_of_paths as (
    select
        event_path,
        event_count,
        sum(session_count) as occurrence_count,
        max(session_count) as session_count
    from runs
    group by event_path, event_count, path_hash
),

runs_counted as (
    select
        event_path,
        event_count,
        sum(occurrence_count) as occurrence_count,
        sum(session_count) as session_count
    from runs_of_paths
    group by event_path, event_count
),

final as (
    select
        runs_counted.event_path,
        cast(runs_counted.event_count as {{ dbt.type_bigint() }}) as event_count,
        cast(runs_counted.occurrence_count as {{ dbt.type_bigint() }}) as occurrence_count,
        cast(runs_counted.session_count as {{ dbt.type_bigint() }}) as session_count,
        cast(runs_counted.session_count as {{ covey.type_double() }})
        / sessions_counted.session_count as support,
        as_of.as_of_date
    from runs_counted
    cross join sessions_counted
    cross join as_of
    where runs_counted.session_count >= {{ var('covey_min_group_size') }}
)

select * from final
