{#- A column or table name as it has to be written: quoted where case or a reserved word demands it. -#}
{% macro doctor_identifier(name) %}
    {%- set reserved = [
        'all', 'and', 'any', 'as', 'asc', 'between', 'by', 'case', 'cast', 'check', 'column',
        'cross', 'current_date', 'default', 'desc', 'distinct', 'else', 'end', 'except', 'exists',
        'false', 'for', 'from', 'full', 'grant', 'group', 'having', 'in', 'inner', 'intersect',
        'interval', 'into', 'is', 'join', 'left', 'like', 'limit', 'natural', 'not', 'null',
        'offset', 'on', 'or', 'order', 'outer', 'primary', 'references', 'right', 'select',
        'some', 'table', 'then', 'timestamp', 'to', 'true', 'union', 'unique', 'user', 'using',
        'values', 'when', 'where', 'with'
    ] -%}
    {%- if modules.re.fullmatch('[a-z_][a-z0-9_]*|[A-Z_][A-Z0-9_]*', name)
        and name | lower not in reserved -%}
        {{ return(name) }}
    {%- endif -%}
    {{ return(adapter.quote(name)) }}
{% endmacro %}
