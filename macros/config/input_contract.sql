{#- input -> column -> {type, need, description}: the contract, from the YAML of the base models. -#}
{% macro input_contract() %}
    {%- set contract = {} -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.package_name == 'covey'
        and node.name.startswith('base_')
    -%}
        {%- set columns = {} -%}
        {%- for name, column in node.columns.items() if column.config.meta.get('contract') -%}
            {%- do columns.update({name: {
                'type': column.data_type,
                'need': column.config.meta.contract,
                'description': column.description
            }}) -%}
        {%- endfor -%}
        {%- do contract.update({node.name[5:]: columns}) -%}
    {%- endfor -%}
    {{ return(contract) }}
{% endmacro %}
