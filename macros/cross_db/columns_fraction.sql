{#- A number in [0, 1] that depends on nothing but the values of some columns: chooses a sample that
    is the same in every run. Not promised to be the same in two engines or versions. -#}
{% macro columns_fraction(columns) %}
    {{ return(adapter.dispatch('columns_fraction', 'covey')(columns)) }}
{% endmacro %}

{% macro default__columns_fraction(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append("coalesce(cast(" ~ column ~ " as varchar), '')") -%}
    {%- endfor -%}
    {{ covey.hash_fraction(texts | join(" || '|' || ")) }}
{%- endmacro %}

{% macro duckdb__columns_fraction(columns) -%}
    (hash({{ columns | join(', ') }}) / 18446744073709551616.0)
{%- endmacro %}
