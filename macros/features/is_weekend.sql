{#- Whether a date is a Saturday or a Sunday; 2001-01-01 was a Monday. -#}
{% macro is_weekend(day) -%}
    mod({{ dbt.datediff("cast('2001-01-01' as date)", day, 'day') }}, 7) >= 5
{%- endmacro %}
