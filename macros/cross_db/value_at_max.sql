{#- The value of an expression, nulls aside, in the row where `order_by` is highest. -#}
{% macro value_at_max(expression, order_by) %}
    {{ return(adapter.dispatch('value_at_max', 'covey')(expression, order_by)) }}
{% endmacro %}

{% macro default__value_at_max(expression, order_by) -%}
    max_by({{ expression }}, case when {{ expression }} is not null then {{ order_by }} end)
{%- endmacro %}

{% macro duckdb__value_at_max(expression, order_by) -%}
    arg_max({{ expression }}, {{ order_by }})
{%- endmacro %}
