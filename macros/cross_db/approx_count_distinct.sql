{#- The number of distinct values, estimated in memory that does not grow with them. -#}
{% macro approx_count_distinct(expression) %}
    {{ return(adapter.dispatch('approx_count_distinct', 'covey')(expression)) }}
{% endmacro %}

{% macro default__approx_count_distinct(expression) -%}
    approx_count_distinct({{ expression }})
{%- endmacro %}

{% macro postgres__approx_count_distinct(expression) -%}
    count(distinct {{ expression }})
{%- endmacro %}

{% macro redshift__approx_count_distinct(expression) -%}
    approximate count(distinct {{ expression }})
{%- endmacro %}

{% macro trino__approx_count_distinct(expression) -%}
    approx_distinct({{ expression }})
{%- endmacro %}
