{#- The rows that the last run left in the table that is being built; none in a first run. How a table
    is a log that is also corrected. -#}
{% macro last_run_rows(columns) -%}
    {%- set previous = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) if execute -%}
    {%- set known = [] -%}
    {%- if previous -%}
        {%- for previous_column in adapter.get_columns_in_relation(previous) -%}
            {%- do known.append(previous_column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    select
        {%- for name, data_type in columns.items() %}
        cast({{ name if name in known else 'null' }} as {{ data_type }}) as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    {{ 'from ' ~ previous if previous else 'where 1 = 0' }}
{%- endmacro %}
