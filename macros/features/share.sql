{#- A ratio; null where there is nothing to divide by. -#}
{% macro share(numerator, denominator) -%}
    ({{ numerator }}) * 1.0 / nullif({{ denominator }}, 0)
{%- endmacro %}
