{#- The columns that the contract gives to the inputs that are profiled (or to one of them), each with
    its type and whether its values may be shown: neither personal data nor ids. Empty while
    dbt only parses. -#}
{% macro profiled_columns(input=none) %}
    {%- set columns = [] -%}
    {%- for name in ([input] if input else covey.profiled_inputs()) if execute -%}
        {%- for column in covey.input_contract(name).columns.values() -%}
            {%- do columns.append({
                'input': name,
                'name': column.name,
                'data_type': column.data_type,
                'is_required': column.config.meta.contract == 'required',
                'is_ordered': column.data_type not in ['varchar', 'boolean'],
                'is_value_hidden': column.config.meta.get('pii', false)
                    or column.name.endswith('_id'),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
