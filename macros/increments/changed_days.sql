{#- Two or three CTEs, the last of them changed_days: the days of the inputs (input, activity_date,
    built_from) that the table that is being built has not built from what the inputs hold now; in a
    first run all. A day that the inputs no longer hold has no built_from.
    The days and their versions are those of the model `days`.
    `input` and `date` are expressions that tell, for a row of the table, its input and its day. -#}
{% macro changed_days(inputs, input, date, settings=[], days='int_input_days') -%}
days_now as (
    select
        input,
        activity_date,
        {{ covey.built_from(settings) }} as built_from
    from {{ ref(days) }}
    where input in ('{{ inputs | join("', '") }}')
),

{% if is_incremental() -%}
days_built as (
    select
        {{ input }} as input,
        {{ date }} as activity_date,
        min(built_from) as built_from,
        max(built_from) as also_built_from
    from {{ this }}
    group by {{ input }}, {{ date }}
),

{% endif -%}
changed_days as (
    {%- if is_incremental() %}
    select
        coalesce(days_now.input, days_built.input) as input,
        coalesce(days_now.activity_date, days_built.activity_date) as activity_date,
        days_now.built_from
    from days_now
    full outer join days_built
        on
            days_now.input = days_built.input
            and days_now.activity_date = days_built.activity_date
    where
        days_now.built_from is null
        or days_built.built_from is null
        or days_now.built_from <> days_built.built_from
        or days_now.built_from <> days_built.also_built_from
    {%- else %}
    select * from days_now
    {%- endif %}
)
{%- endmacro %}
