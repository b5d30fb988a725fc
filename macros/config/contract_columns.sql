{#- input -> column -> {type, need, description}: the columns of the whole contract. -#}
{% macro contract_columns() %}
    {%- set contract = {} -%}
    {%- for input in covey.input_names() -%}
        {%- set columns = {} -%}
        {%- for name, column in covey.input_contract(input).columns.items() -%}
            {%- do columns.update({name: {
                'type': column.data_type,
                'need': column.config.meta.contract,
                'description': column.description
            }}) -%}
        {%- endfor -%}
        {%- do contract.update({input: columns}) -%}
    {%- endfor -%}
    {{ return(contract) }}
{% endmacro %}
