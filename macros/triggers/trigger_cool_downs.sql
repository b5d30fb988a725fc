{#- CTEs, the last of them fired_matches: the rows of trigger_matches that fire, for no other of their rule
    and customer (and subject, where the rule says so) fired less than the cool-down before. In the order
    of their times, then of their ids; a match that was cancelled before it fired neither fires nor cools.
    Needs `with recursive`, for whether one fires hangs on the one before.

    `fired_before`: CTE with the last row that fired before these, of each trigger_id, customer_key and
    cool_down_key; none: nothing did. -#}
{% macro trigger_cool_downs(fired_before=none) -%}
{%- set key = 'trigger_id, customer_key, cool_down_key' -%}
rivals as (
    select
        {{ key }},
        trigger_event_id,
        triggered_at,
        {{ dbt.dateadd('second', 'cool_down_seconds', 'triggered_at') }} as cooled_at,
        row_number() over (
            partition by {{ key }} order by triggered_at, trigger_event_id
        ) as match_number
    from trigger_matches
    where
        cool_down_seconds > 0
        and (cancelled_at is null or cancelled_at > triggered_at)
),

-- Of two things at one instant the end of a cool-down comes first.
moments as (
    select
        {{ key }},
        match_number,
        0 as is_match,
        cooled_at as moment_at
    from rivals
    union all
    select
        {{ key }},
        cast(null as {{ dbt.type_bigint() }}) as match_number,
        1 as is_match,
        triggered_at as moment_at
    from rivals
    {%- if fired_before %}
    union all
    select
        fired_before.trigger_id,
        fired_before.customer_key,
        fired_before.cool_down_key,
        0 as match_number,
        0 as is_match,
        fired_before.cooled_at as moment_at
    from {{ fired_before }} as fired_before
    {%- endif %}
),

moments_counted as (
    select
        {{ key }},
        match_number,
        1 + sum(is_match) over (
            partition by {{ key }} order by moment_at, is_match
            rows between unbounded preceding and current row
        ) as next_match_number
    from moments
),

successors as (
    select *
    from moments_counted
    where match_number is not null
),

fired_numbers as (
    select
        {{ key }},
        cast(coalesce(
            max(case when match_number = 0 then next_match_number end), 1
        ) as {{ dbt.type_bigint() }}) as match_number
    from successors
    group by {{ key }}
    union all
    select
        successors.trigger_id,
        successors.customer_key,
        successors.cool_down_key,
        cast(successors.next_match_number as {{ dbt.type_bigint() }}) as match_number
    from fired_numbers
    inner join successors
        on
            fired_numbers.trigger_id = successors.trigger_id
            and fired_numbers.customer_key = successors.customer_key
            and fired_numbers.cool_down_key = successors.cool_down_key
            and fired_numbers.match_number = successors.match_number
),

fired_matches as (
    select trigger_event_id
    from trigger_matches
    where cool_down_seconds = 0
    union all
    select rivals.trigger_event_id
    from rivals
    inner join fired_numbers
        on
            rivals.trigger_id = fired_numbers.trigger_id
            and rivals.customer_key = fired_numbers.customer_key
            and rivals.cool_down_key = fired_numbers.cool_down_key
            and rivals.match_number = fired_numbers.match_number
)
{%- endmacro %}
