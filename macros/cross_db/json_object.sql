{#- A JSON object of some columns of a relation, as text. -#}
{% macro json_object(columns, alias) %}
    {{ return(adapter.dispatch('json_object', 'covey')(columns, alias)) }}
{% endmacro %}

{% macro default__json_object(columns, alias) -%}
    cast(json_object(
            {%- for column in columns %}
            '{{ column | replace('"', '') | replace("'", "''") }}', {{ alias }}.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as varchar)
{%- endmacro %}
