{#- A query for the names of the tables and views of a schema, one row each, in alphabetical order. -#}
{% macro relation_names(database, schema) %}
    {{ return(adapter.dispatch('relation_names', 'covey')(database, schema)) }}
{% endmacro %}

{% macro default__relation_names(database, schema) -%}
    select table_name
    from {{ information_schema_name(database) }}.tables
    where lower(table_schema) = lower('{{ schema }}')
    order by table_name
{%- endmacro %}

{% macro duckdb__relation_names(database, schema) -%}
    select table_name
    from system.information_schema.tables
    where lower(table_schema) = lower('{{ schema }}') and lower(table_catalog) = lower('{{ database }}')
    order by table_name
{%- endmacro %}

{% macro bigquery__relation_names(database, schema) -%}
    select table_name
    from `{{ database }}`.`{{ schema }}`.INFORMATION_SCHEMA.TABLES
    order by table_name
{%- endmacro %}

{% macro spark__relation_names(database, schema) -%}
    show tables in {{ schema }}
{%- endmacro %}
