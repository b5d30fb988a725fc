{#- For the canonical columns that an input really has: their source `expressions` and the `types` of
    these, and the `columns` of the relation. A canonical column is mapped by covey_<input>_columns,
    or found in the relation under its own name. -#}
{% macro input_expressions(input, canonical_columns) %}
    {%- set mapping = var('covey_' ~ input ~ '_columns', none) or {} -%}
    {%- for name in mapping if name not in canonical_columns -%}
        {{ exceptions.raise_compiler_error(
            covey.unknown_column_message(input, name, canonical_columns)
        ) }}
    {%- endfor -%}
    {%- set found = {} -%}
    {%- for column in get_columns_in_query(
        'select * from ' ~ covey.input_relation(input) ~ ' as input_rows'
    ) -%}
        {%- do found.update({column | lower: adapter.quote(column)}) -%}
    {%- endfor -%}
    {%- set expressions = {} -%}
    {%- for name in canonical_columns -%}
        {%- if name in mapping -%}
            {#- A column that is mapped to nothing is absent, whatever the relation holds. -#}
            {%- if mapping[name] is not none -%}
                {%- do expressions.update({name: mapping[name] | string}) -%}
            {%- endif -%}
        {%- elif name in found -%}
            {%- do expressions.update({name: 'input_rows.' ~ found[name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set select_list = [] -%}
    {%- for name, expression in expressions.items() -%}
        {%- do select_list.append(expression ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {%- set types = {} -%}
    {%- if select_list -%}
        {%- for column in get_column_schema_from_query(
            'select ' ~ select_list | join(', ') ~ ' from ' ~ covey.input_relation(input)
            ~ ' as input_rows'
        ) -%}
            {%- do types.update({column.name | lower: column.dtype}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({'expressions': expressions, 'types': types, 'columns': found}) }}
{% endmacro %}
