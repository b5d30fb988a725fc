{#- last_value of what is not null, without its window: engines put the words in different places. -#}
{% macro last_value_ignoring_nulls(expression) %}
    {{ return(adapter.dispatch('last_value_ignoring_nulls', 'covey')(expression)) }}
{% endmacro %}

{% macro default__last_value_ignoring_nulls(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}

{% macro duckdb__last_value_ignoring_nulls(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}

{% macro bigquery__last_value_ignoring_nulls(expression) -%}
    last_value({{ expression }} ignore nulls)
{%- endmacro %}
