{#- The whole row of a relation as one value, to be written out as JSON. -#}
{% macro row_reference(alias) %}
    {{ return(adapter.dispatch('row_reference', 'covey')(alias)) }}
{% endmacro %}

{% macro default__row_reference(alias) -%}
    {{ alias }}
{%- endmacro %}

{% macro snowflake__row_reference(alias) -%}
    object_construct({{ alias }}.*)
{%- endmacro %}

{% macro spark__row_reference(alias) -%}
    struct({{ alias }}.*)
{%- endmacro %}
