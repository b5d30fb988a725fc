{#- CTEs, the last of them adjacent_events: the events, as int_web_events_sessionized has them, of the
    days that did not change themselves but that no silence of `timeout_minutes` parts from a day that
    did (CTE changed_days; its events are changed_events), of the same visitor. They lie in sessions
    that may have become longer, shorter, or one.
    A column that the table does not have yet is null: with its SQL all days are changed, and no
    adjacent event is read. -#}
{% macro adjacent_events(columns, timeout_minutes) -%}
    {%- set built_columns = covey.last_run().columns %}
-- As it was and as it is: an event that went may have held two days together.
changed_visitor_events as (
    select
        visitor_id,
        event_date,
        occurred_at
    from changed_events
    union all
    select
        visitor_id,
        event_date,
        occurred_at
    from {{ this }}
    where event_date in (select changed_days.activity_date from changed_days)
),

changed_visitors as (
    select distinct visitor_id
    from changed_visitor_events
),

visitor_days as (
    select
        visitor_id,
        event_date,
        1 as is_changed,
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at
    from changed_visitor_events
    group by visitor_id, event_date
    union all
    select
        visitor_id,
        event_date,
        0 as is_changed,
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at
    from {{ this }}
    where
        visitor_id in (select changed_visitors.visitor_id from changed_visitors)
        and event_date not in (select changed_days.activity_date from changed_days)
    group by visitor_id, event_date
),

visitor_days_with_previous as (
    select
        *,
        lag(last_occurred_at) over (partition by visitor_id order by event_date)
            as previous_occurred_at
    from visitor_days
),

visitor_days_numbered as (
    select
        *,
        sum(
            case
                when
                    {{ covey.seconds_between('previous_occurred_at', 'first_occurred_at') }}
                    <= {{ timeout_minutes }} * 60
                    then 0
                else 1
            end
        ) over (
            partition by visitor_id order by event_date
            rows between unbounded preceding and current row
        ) as stretch_number
    from visitor_days_with_previous
),

visitor_days_of_stretches as (
    select
        visitor_id,
        event_date,
        is_changed,
        max(is_changed) over (partition by visitor_id, stretch_number) as is_stretch_changed
    from visitor_days_numbered
),

adjacent_events as (
    select
        {%- for column in columns %}
        {{ 'built_events.' if column in built_columns else 'null as ' }}{{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ this }} as built_events
    inner join visitor_days_of_stretches as visitor_days_beside
        on
            built_events.visitor_id = visitor_days_beside.visitor_id
            and built_events.event_date = visitor_days_beside.event_date
    where
        visitor_days_beside.is_changed = 0
        and visitor_days_beside.is_stretch_changed = 1
)
{%- endmacro %}
