{#- The columns that the contract gives an input, as a list for `select` and `order by`. -#}
{% macro contract_columns() %}
    {%- set names = [] -%}
    {%- for name, column in model.columns.items() if column.config.meta.get('contract') -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names | join(', ') or '1') }}
{% endmacro %}
