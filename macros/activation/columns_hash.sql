{#- A hash of the values of some columns; null and the empty text differ. -#}
{% macro columns_hash(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce('=' || " ~ column ~ ", '-') || '|'") -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
