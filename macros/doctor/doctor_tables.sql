{#- The candidates that can be read, each with its columns and types; those that cannot are put on
    `unread`, a list of sentences. -#}
{% macro doctor_tables(candidates, unreadable, unread) %}
    {%- set tables = [] -%}
    {%- for table in candidates -%}
        {%- if table.text in unreadable -%}
            {%- do unread.append(table.label ~ ' cannot be read: ' ~ unreadable[table.text]) -%}
        {%- else -%}
            {%- do covey.doctor_reads(table.text, table.label) -%}
            {%- set relation = covey.describe_relation(table.text) -%}
            {%- if relation.status == 'ok' -%}
                {%- do tables.append(dict(table, columns=relation.columns,
                    types=relation.types)) -%}
            {%- elif relation.status == 'missing' -%}
                {%- do unread.append(
                    table.label ~ ' is declared, but ' ~ relation.name ~ ' does not exist.'
                    ~ (' The closest name in its schema is ' ~ relation.closest ~ '.'
                        if relation.closest else '')
                ) -%}
            {%- elif relation.status == 'unreadable' -%}
                {%- do unread.append(
                    table.label
                        ~ ' cannot be read: it is a view over something that is gone, or you have no '
                    ~ 'rights on it.'
                ) -%}
            {%- elif relation.status == 'unbuilt' -%}
                {%- do unread.append(table.label ~ ' is not built yet.') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{% endmacro %}
