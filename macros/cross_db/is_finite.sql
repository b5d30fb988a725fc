{#- True for a number that is neither null, NaN nor infinite. -#}
{% macro is_finite(expression) %}
    {{ return(adapter.dispatch('is_finite', 'covey')(expression)) }}
{% endmacro %}

{% macro default__is_finite(expression) -%}
    coalesce({{ expression }} between -1.7976931348623157e308 and 1.7976931348623157e308, false)
{%- endmacro %}

{% macro duckdb__is_finite(expression) -%}
    coalesce(isfinite({{ expression }}), false)
{%- endmacro %}
