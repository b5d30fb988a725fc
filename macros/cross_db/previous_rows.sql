{#- What the last run left in the table that is being built, one row per key with one aggregated
    column; no rows in a first run. How a table remembers when it first held a row. -#}
{% macro previous_rows(key, aggregate, column, data_type) -%}
    {%- set previous = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) if execute -%}
    {%- set known = [] -%}
    {%- if previous -%}
        {%- for previous_column in adapter.get_columns_in_relation(previous) -%}
            {%- do known.append(previous_column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if column in known -%}
    select
        {{ key | join(', ') }},
        {{ aggregate }}({{ column }}) as {{ column }}
    from {{ previous }}
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
