{#- A row value as JSON text. -#}
{% macro to_json(expression) %}
    {{ return(adapter.dispatch('to_json', 'covey')(expression)) }}
{% endmacro %}

{% macro default__to_json(expression) -%}
    cast(to_json({{ expression }}) as varchar)
{%- endmacro %}

{% macro bigquery__to_json(expression) -%}
    to_json_string({{ expression }})
{%- endmacro %}

{% macro spark__to_json(expression) -%}
    to_json({{ expression }})
{%- endmacro %}

{% macro snowflake__to_json(expression) -%}
    to_json({{ expression }})
{%- endmacro %}
