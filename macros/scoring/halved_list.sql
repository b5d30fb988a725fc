{#- The high and low parts of the numbers of many rows as two lists of DuckDB, `high` and `low`. -#}
{% macro halved_list(number, order) -%}
    {%- set high = covey.high_part(number) -%}
    list({{ high }} order by {{ order }}) as high,
        list({{ number }} - ({{ high }}) order by {{ order }}) as low
{%- endmacro %}
