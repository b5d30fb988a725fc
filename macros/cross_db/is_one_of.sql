{#- True where a text is one of some literals. A map on DuckDB, for it makes a join of a longer `in`, for
    every row and even where nothing asks for the result. -#}
{% macro is_one_of(expression, values) %}
    {{ return(adapter.dispatch('is_one_of', 'covey')(expression, values)) }}
{% endmacro %}

{% macro default__is_one_of(expression, values) -%}
    {{ expression }} in ('{{ values | join("', '") }}')
{%- endmacro %}

{% macro duckdb__is_one_of(expression, values) -%}
    map_contains(map {'{{ values | join("': 1, '") }}': 1}, {{ expression }})
{%- endmacro %}
