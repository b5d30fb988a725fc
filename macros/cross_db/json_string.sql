{#- A text as a JSON string, in its quotes. -#}
{% macro json_string(expression) %}
    {{ return(adapter.dispatch('json_string', 'covey')(expression)) }}
{% endmacro %}

{% macro default__json_string(expression) -%}
    cast(to_json({{ expression }}) as varchar)
{%- endmacro %}

{% macro bigquery__json_string(expression) -%}
    to_json_string({{ expression }})
{%- endmacro %}

{% macro snowflake__json_string(expression) -%}
    to_json(to_variant({{ expression }}))
{%- endmacro %}
