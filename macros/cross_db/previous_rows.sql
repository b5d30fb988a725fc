{#- What the last run left in the table that is being built, one row per key with one aggregated
    column; no rows in a first run. How a table remembers when it first held a row. -#}
{% macro previous_rows(key, aggregate, column, data_type) -%}
    {%- set previous = covey.last_run() -%}
    {%- if column in previous.columns -%}
    select
        {{ key | join(', ') }},
        {{ aggregate }}({{ column }}) as {{ column }}
    from {{ previous.relation }}
    group by {{ key | join(', ') }}
    {%- else -%}
    select
        {%- for name in key %}
        cast(null as {{ dbt.type_string() }}) as {{ name }},
        {%- endfor %}
        cast(null as {{ data_type }}) as {{ column }}
    where 1 = 0
    {%- endif -%}
{%- endmacro %}
