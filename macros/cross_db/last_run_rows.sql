{#- The rows that the last run left in the table that is being built; none in a first run. How a table
    is a log that is also corrected. -#}
{% macro last_run_rows(columns) -%}
    {%- set previous = covey.last_run() -%}
    select
        {%- for name, data_type in columns.items() %}
        cast({{ name if name in previous.columns else 'null' }} as {{ data_type }}) as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    {{ 'from ' ~ previous.relation if previous.relation else 'where 1 = 0' }}
{%- endmacro %}
