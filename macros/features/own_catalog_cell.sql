{#- A cell of covey_feature_catalog_relation: null where the relation lacks the column or says nothing. -#}
{% macro own_catalog_cell(name, type, columns) -%}
    {%- if name not in columns -%}
        cast(null as {{ type }})
    {%- elif type == dbt.type_string() -%}
        nullif(trim(cast({{ name }} as {{ type }})), '')
    {%- else -%}
        cast({{ name }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
