{#- What the warehouse does not have of one mapped input: its relation, a required column, a column
    that an expression reads. Nothing is said of a model that is not built yet. -#}
{% macro input_problems(input, contract, mapping) %}
    {%- set problems = [] -%}
    {%- set relation = covey.describe_relation(covey.input_relation(input)) -%}
    {%- if relation.status == 'missing' -%}
        {%- do problems.append(
            'The input ' ~ input ~ ' is mapped to ' ~ relation.name ~ ', which does not exist.'
            ~ (' Did you mean "' ~ relation.closest ~ '"?' if relation.closest else
               ' Its schema has no tables, or you have no rights on it.')
        ) -%}
    {%- endif -%}
    {%- if relation.status == 'unreadable' -%}
        {%- do problems.append(
            'The input ' ~ input ~ ' is mapped to ' ~ relation.name
                ~ ', which cannot be read: it is a view '
            ~ 'over something that is gone, or you have no rights on it.'
        ) -%}
    {%- endif -%}
    {%- if relation.status == 'ok' -%}
        {%- for name, column in contract.items() if column.need == 'required'
            and mapping.get(name) is none and (name in mapping or name not in relation.columns) -%}
            {%- do problems.append(
                covey.missing_column_message(input, name, relation.columns.keys())
            ) -%}
        {%- endfor -%}
        {%- for name, expression in mapping.items() if name in contract
            and expression is not none -%}
            {%- set read = covey.expression_columns(expression) or [] -%}
            {%- for column in read if column not in relation.columns -%}
                {%- set closest = covey.closest_name(column, relation.columns) -%}
                {#- Within an expression a word may be one of SQL's own: only a near miss is refused. -#}
                {%- if expression | string | lower == column
                    or covey.likeness(column, closest) >= 0.6 -%}
                    {%- do problems.append(
                        'covey_' ~ input ~ '_columns maps ' ~ name ~ ' to "' ~ expression
                            ~ '", but the '
                        ~ 'relation has no column ' ~ column ~ '. Did you mean "' ~ closest ~ '"?'
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
