{% macro standard_email(expression) -%}
    nullif(lower(trim({{ expression }})), '')
{%- endmacro %}
