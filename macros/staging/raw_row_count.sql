{#- The rows of the input itself, counted apart from the staging that it checks. -#}
{% macro raw_row_count(input) -%}
    {%- set relation = covey.input_relation(input) -%}
    {%- if relation is none -%} 0
    {%- else -%} (select count(*) from {{ relation }} as input_rows)
    {%- endif -%}
{%- endmacro %}
