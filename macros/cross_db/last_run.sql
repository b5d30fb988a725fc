{#- The table that is being built as the last run left it: {relation, columns}; no relation and no columns
    in a first run. -#}
{% macro last_run() %}
    {%- set relation = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) if execute -%}
    {%- set columns = [] -%}
    {%- if relation -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do columns.append(column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({'relation': relation, 'columns': columns}) }}
{% endmacro %}
