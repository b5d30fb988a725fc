{#- The rows of an input that staging keeps: those that are no exception, and of the exceptions those
    with the verdict kept. They can be restricted to the days (`activity_date`) of a relation; `dates`,
    where they are known, are the same days written out. -#}
{% macro kept_rows(input, days=none, dates=none) %}
    {%- set happened_at = covey.happened_at(input) -%}
    {%- set is_of_days -%}
        cast({{ happened_at }} as date) in (select {{ days }}.activity_date from {{ days }})
        {%- if dates is not none %}
        and (
            {#- Compared as moments: a cast would be done after the cleaning of all rows. #}
            {%- for date, next_date in dates %}
            {{ 'or ' if not loop.first }}(
                {{ happened_at }} >= cast('{{ date }}' as timestamp)
                and {{ happened_at }} < cast('{{ next_date }}' as timestamp)
            )
            {%- else %}
            1 = 0
            {%- endfor %}
        )
        {%- endif %}
    {%- endset %}
    {%- set columns = covey.input_contract(input).columns.keys() | list -%}
    {%- if input == 'customers' -%}
        {%- do columns.append('extra_attributes') -%}
    {%- endif -%}
    select
        {%- for column in columns %}
        base_rows.{{ column }},
        {%- endfor %}
        base_rows.findings
    from {{ ref('base_' ~ input) }} as base_rows
    -- A refused row is an exception: that it was refused need not be found out again.
    where
        {%- if days %}
        {{ is_of_days }}
        and not exists (
            {%- else %}
        not exists (
            {%- endif %}
            select 1
            from {{ ref('exceptions_' ~ input) }} as exceptional_rows
            where base_rows.record_key = exceptional_rows.record_key
        )
    union all
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        findings
    from {{ ref('exceptions_' ~ input) }}
    where
        row_status = 'kept'
        {%- if days %}
        and {{ is_of_days }}
        {%- endif %}
{% endmacro %}
