{#- The tables and views of a schema; none where there is no such schema. -#}
{% macro relations_in_schema(database, schema) %}
    {%- if not adapter.check_schema_exists(database=database, schema=schema) -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(adapter.list_relations_without_caching(
        api.Relation.create(database=database, schema=schema).without_identifier()
    )) }}
{% endmacro %}
