{#- What is wrong with the mapping of the inputs: names that the contract does not have, relations and
    columns that the warehouse does not have. `unreadable` relations are not looked at. -#}
{% macro mapping_problems(unreadable={}) %}
    {%- set problems = [] -%}
    {%- for input, contract in covey.contract_columns().items() -%}
        {%- set mapping = var('covey_' ~ input ~ '_columns', none) or {} -%}
        {%- if mapping is mapping -%}
            {%- for name in mapping if name not in contract -%}
                {%- do problems.append(covey.unknown_column_message(input, name, contract)) -%}
            {%- endfor -%}
            {%- if not covey.is_input_mapped(input) and mapping -%}
                {%- do problems.append(
                    'covey_' ~ input ~ '_columns is set, but covey_' ~ input ~ '_relation is not: '
                    ~ 'name the relation that has these columns.'
                ) -%}
            {%- endif -%}
            {%- if covey.is_input_mapped(input) and not flags.EMPTY
                and covey.input_relation(input) | string not in unreadable
                and not covey.is_made_by_this_run(covey.input_relation(input)) -%}
                {%- do problems.extend(covey.input_problems(input, contract, mapping)) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
