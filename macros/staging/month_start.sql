{#- The first day of the month of a date or timestamp; null where there is no such column. -#}
{% macro month_start(column) -%}
    {%- if column -%}
    cast({{ dbt.date_trunc('month', column) }} as date)
    {%- else -%}
    cast(null as date)
    {%- endif -%}
{%- endmacro %}
