{#- The rows of an input as the contract names and types them (the columns of the model that calls
    it), the names of the values that did not parse, and the original row. An absent input gives no
    rows, an absent column gives nulls. -#}
{% macro parsed_input(input) %}
    {%- set contract = model.columns -%}
    {%- set present = execute and covey.is_input_mapped(input) -%}
    {%- set relation = covey.input_relation(input) -%}
    {%- if present -%}
        {%- set names = [] -%}
        {%- for name, column in contract.items() if column.config.meta.get('contract') -%}
            {%- do names.append(name) -%}
        {%- endfor -%}
        {%- set lookup = covey.input_expressions(input, names) -%}
        {%- set expressions = lookup[0] -%}
    {%- else -%}
        {%- set lookup = [{}, {}] -%}
        {%- set expressions = {} -%}
    {%- endif -%}
    {%- set extras = [] -%}
    {%- for name, quoted in lookup[1].items() if name.startswith('x_') -%}
        {%- do extras.append(quoted) -%}
    {%- endfor -%}
    {%- set ns = namespace(unparsable=[]) -%}
    select
    {%- for name, column in contract.items() if column.config.meta.get('contract') %}
        {%- if name not in expressions %}
            {%- if present and column.config.meta.contract == 'required' %}
                {{ exceptions.raise_compiler_error(
                    'The input ' ~ input ~ ' has no column ' ~ name ~ ', which is required. Map it: '
                    ~ 'covey_' ~ input ~ '_columns: {' ~ name ~ ': <source column or expression>}. '
                    ~ 'The relation has: ' ~ lookup[1].keys() | join(', ')
                ) }}
            {%- endif %}
        cast(null as {{ column.data_type }}) as {{ name }},
        {%- elif column.data_type == 'varchar' %}
        nullif(trim(cast({{ expressions[name] }} as varchar)), '') as {{ name }},
        {%- else %}
            {%- set parsed = covey.try_cast(expressions[name], column.data_type) %}
            {%- do ns.unparsable.append(
                'case when ' ~ expressions[name] ~ ' is not null and ' ~ parsed ~ " is null then '"
                ~ name ~ " ' else '' end"
            ) %}
        {{ parsed }} as {{ name }},
        {%- endif %}
    {%- endfor %}
    {%- if contract.get('extra_attributes') %}
        {{ covey.json_object(extras, 'input_rows') if extras else 'cast(null as varchar)' }}
            as extra_attributes,
    {%- endif %}
        {{ ns.unparsable | join(' || ') or "''" }} as unparsable_columns,
        {{ covey.row_reference('input_rows') if present else 'cast(null as varchar)' }} as source_row
    {%- if present %}
    from {{ relation }} as input_rows
    {%- else %}
    from (select 1 as no_row) as input_rows
    where 1 = 0
    {%- endif %}
{% endmacro %}
