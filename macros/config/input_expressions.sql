{#- canonical column -> source expression, for the columns the input really has. A canonical column
    is mapped by covey_<input>_columns, or found in the relation under its own name. -#}
{% macro input_expressions(input, canonical_columns) %}
    {%- set mapping = var('covey_' ~ input ~ '_columns', none) or {} -%}
    {%- for name in mapping if name not in canonical_columns -%}
        {{ exceptions.raise_compiler_error(
            'covey_' ~ input ~ '_columns maps "' ~ name ~ '", which is not a column of the input '
            ~ input ~ '. Did you mean "' ~ covey.closest_name(name, canonical_columns) ~ '"?'
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
    {{ return([expressions, found]) }}
{% endmacro %}
