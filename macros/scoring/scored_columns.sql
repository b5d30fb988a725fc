{#- The columns that the segment of a customer depends on, with their relations. -#}
{% macro scored_columns(features) %}
    {%- set columns = [] -%}
    {%- for feature in features -%}
        {%- do columns.append('feature_matrix.' ~ feature) -%}
        {%- do columns.append('imputed_features.' ~ feature) -%}
    {%- endfor -%}
    {%- for group in covey.group_names() -%}
        {%- do columns.append('customer_groups.' ~ group) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
