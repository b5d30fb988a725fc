{#- The columns of the catalog that covey_feature_catalog_relation has; stops where something is wrong
    with it. -#}
{% macro own_catalog_columns(relation) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set columns = covey.describe_relation(relation).columns.keys() | list if relation else [] -%}
    {%- set problems = covey.catalog_column_problems(relation) if relation else [] -%}
    {%- set problems = problems or covey.catalog_row_problems(relation, columns) -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error(problems | join('\n')) }}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
