{#- The columns that a SQL expression reads, in lower case, or none where it is too rich to tell (a
    subquery, a lambda). What follows a dot, stands before a parenthesis or names a type is no column. -#}
{% macro expression_columns(expression) %}
    {%- set text = modules.re.sub("'(?:[^']|'')*'", "''", expression | string) -%}
    {%- set tokens = modules.re.findall(
        '"[^"]+"|`[^`]+`|[A-Za-z_][A-Za-z0-9_$]*|[0-9]+(?:[.][0-9]+)?|::|->|[^ \t\r\n]', text
    ) -%}
    {%- set words = tokens | map('lower') | list -%}
    {%- if 'select' in words or '->' in words or 'lambda' in words -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set keywords = [
        'and', 'or', 'not', 'is', 'null', 'true', 'false', 'case', 'when', 'then', 'else', 'end',
        'as', 'in', 'like', 'ilike', 'between', 'distinct', 'from', 'at', 'time', 'zone', 'with',
        'interval', 'date', 'timestamp', 'timestamptz', 'datetime', 'precision', 'current_date',
        'current_timestamp', 'year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'days',
        'hours', 'minutes', 'seconds', 'leading', 'trailing', 'both', 'for', 'over', 'partition',
        'order', 'by', 'asc', 'desc', 'nulls', 'first', 'last', 'similar', 'to', 'escape',
        'collate', 'any', 'all', 'array', 'struct', 'map', 'row', 'values', 'filter', 'where',
        'using', 'microsecond', 'millisecond', 'epoch', 'dow', 'doy', 'quarter', 'ignore',
        'respect', 'input_rows'
    ] -%}
    {%- set columns = [] -%}
    {%- for word in words -%}
        {%- set before = words[loop.index0 - 1] if loop.index0 > 0 else '' -%}
        {%- set after = words[loop.index0 + 1] if loop.index0 + 1 < words | length else '' -%}
        {%- set qualified = before == '.' and (loop.index0 < 2
            or words[loop.index0 - 2] != 'input_rows') -%}
        {%- set name = word | replace('"', '') | replace('`', '') -%}
        {%- set quoted = name != word -%}
        {%- if modules.re.match('^["`A-Za-z_]', word)
            and not qualified
            and after != '('
            and before not in ('::', 'as')
            and (quoted or (before == '.' or word not in keywords or words | length == 1))
            and not (words | length == 1 and word in ('null', 'true', 'false', 'current_date',
                'current_timestamp'))
            and name not in columns -%}
            {%- do columns.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
