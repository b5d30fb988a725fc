{#- input -> column -> {type, need, description}: the contract, from the YAML of the base models. -#}
{% macro input_contract() %}
    {%- set contract = {} -%}
    {%- for input in covey.input_names() -%}
        {%- set columns = {} -%}
        {%- for name, column in graph.nodes['model.covey.base_' ~ input].columns.items()
            if column.config.meta.get('contract') -%}
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
