-- One row per run of two to four events that enough sessions share.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

steps as (
    select steps.*
    from {{ ref('int_session_steps') }} as steps
    cross join as_of
    where
        steps.session_date > as_of.window_start_date
        and steps.session_date <= as_of.as_of_date
),

sessions_counted as (
    select count(distinct session_id) as session_count
    from steps
),

paths as (
    {%- set before = [
        'previous_event_name', 'second_previous_event_name', 'third_previous_event_name',
    ] %}
    {%- for first in before %}
    select
        session_id,
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

paths_counted as (
    select
        event_path,
        event_count,
        count(*) as occurrence_count,
        count(distinct session_id) as session_count
    from paths
    group by event_path, event_count
),

final as (
    select
        paths_counted.event_path,
        cast(paths_counted.event_count as {{ dbt.type_bigint() }}) as event_count,
        cast(paths_counted.occurrence_count as {{ dbt.type_bigint() }}) as occurrence_count,
        cast(paths_counted.session_count as {{ dbt.type_bigint() }}) as session_count,
        cast(paths_counted.session_count as {{ covey.type_double() }})
        / sessions_counted.session_count as support,
        as_of.as_of_date
    from paths_counted
    cross join sessions_counted
    cross join as_of
    where paths_counted.session_count >= {{ var('covey_min_group_size') }}
)

select * from final
