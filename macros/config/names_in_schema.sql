{#- The names of the tables and views of a schema; none where there is no such schema. -#}
{% macro names_in_schema(database, schema) %}
    {%- if not adapter.check_schema_exists(database=database, schema=schema) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query(covey.relation_names(database, schema)) -%}
    {%- set names = [] -%}
    {%- for row in found.rows -%}
        {#- Spark's `show tables` says the schema first, the other engines say the name alone. -#}
        {%- do names.append(row[0] if row | length == 1 else row[1]) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
