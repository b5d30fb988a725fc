{#- What the contract says of an input: the columns and the meta of the model base_<input>, as written
    in models/staging/base/_base__models.yml. Empty while dbt only parses. -#}
{% macro input_contract(input) %}
    {%- set base_model = graph.nodes.get('model.covey.base_' ~ input) if execute -%}
    {%- set contract = {'meta': {}, 'columns': {}} -%}
    {%- if base_model -%}
        {%- do contract.meta.update(base_model.config.meta) -%}
        {%- for name, column in base_model.columns.items() -%}
            {%- if column.config.meta.get('contract') -%}
                {%- do contract.columns.update({name: column}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(contract) }}
{% endmacro %}
