{#- The rows of an input under the names of the contract, as they came: nothing is cleaned or typed. -#}
{% macro source_values(input) %}
    {%- set names = covey.input_contract(input).columns.keys() | list -%}
    {%- set is_present = execute and covey.is_input_mapped(input) -%}
    {%- set expressions = covey.input_expressions(input, names).expressions if is_present else {} -%}
    select
        {%- for name in names %}
        {{ expressions.get(name, 'null') }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if is_present %}
    from {{ covey.input_relation(input) }} as input_rows
    {%- else %}
    from (select 1 as no_row) as input_rows
    where 1 = 0
    {%- endif %}
{%- endmacro %}
