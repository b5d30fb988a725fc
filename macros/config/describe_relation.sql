{#- What the warehouse says of something that can stand after `from`: a dictionary of
    status   ok, missing (nothing of that name), unbuilt (a model or seed that is not built yet) or
             unreadable (no columns: a view over something that is gone, or no rights)
    columns  lower-case name -> name, types: lower-case name -> type (empty unless ok)
    name     the relation that is missing, closest: the closest one that exists in its schema.
    Of tables and views it reads metadata; a select or a file is asked for no rows. -#}
{% macro describe_relation(relation) %}
    {%- set text = (relation | string).strip() -%}
    {%- set part = '(?:"[^"]+"|`[^`]+`|[A-Za-z_][A-Za-z0-9_$-]*)' -%}
    {%- set plain = part ~ '([.]' ~ part ~ '){0,2}' -%}
    {%- set answer = {'status': 'ok', 'columns': {}, 'types': {}, 'name': text, 'closest': none} -%}
    {%- if modules.re.fullmatch(plain, text) -%}
        {%- set parts = covey.relation_parts(text) -%}
        {%- set found = covey.find_relation(parts) -%}
        {%- if found -%}
            {%- set columns = adapter.get_columns_in_relation(found) -%}
            {%- if not columns -%}
                {%- do answer.update({'status': 'unreadable'}) -%}
            {%- endif -%}
        {%- else -%}
            {%- do answer.update(covey.missing_relation(parts)) -%}
        {%- endif -%}
    {%- else -%}
        {#- A select: its sources and models have to be there before it can be asked. -#}
        {%- for node in (graph.sources.values() | list) + (graph.nodes.values() | list)
            if answer.status == 'ok' and node.relation_name and node.relation_name in text
            and modules.re.fullmatch(plain, node.relation_name) -%}
            {%- set parts = [node.database, node.schema, node.identifier or node.alias] -%}
            {%- if not covey.find_relation(parts) -%}
                {%- do answer.update(covey.missing_relation(parts)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if answer.status == 'ok' -%}
            {%- set columns = adapter.get_column_schema_from_query(
                get_empty_subquery_sql('select * from ' ~ text ~ ' as input_rows')
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if answer.status == 'ok' -%}
        {%- for column in columns -%}
            {%- do answer.columns.update({column.name | lower: column.name}) -%}
            {%- do answer.types.update({column.name | lower: column.data_type | lower}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(answer) }}
{% endmacro %}
