{#- The rows of an input as the contract names and types them, with what was found in them
    (`findings`: column:finding; ...), why they are refused (`quarantine_reason`, null where they are
    not), their key, a hash of what their columns were read from, and the row as it came. An absent
    input gives no rows, an absent column nulls. The rows can be restricted, before anything is parsed,
    to those whose key is in the relation `keys`, or to the sample that the input is profiled by. -#}
{% macro typed_input(input, keys=none, is_sampled=false) %}
    {%- set contract = covey.input_contract(input) -%}
    {%- set relation = covey.input_relation(input) -%}
    {%- set is_present = execute and covey.is_input_mapped(input) -%}
    {%- set source = {'expressions': {}, 'types': {}, 'columns': {}} -%}
    {%- if is_present -%}
        {%- set source = covey.input_expressions(input, contract.columns.keys() | list) -%}
    {%- endif -%}
    {%- set dated_by = contract.meta.get('dated_by') -%}
    {%- set received_by = contract.meta.get('received_by') -%}
    {%- set columns = {} -%}
    {%- set values = {} -%}
    {%- set key_values = {} -%}
    {%- set findings = [] -%}
    {%- set refusals = [] -%}
    {%- for name, column in contract.columns.items() -%}
        {%- if name in source.expressions -%}
            {%- set steps = covey.parsed_value(name, column, source.types[name]) -%}
            {%- do columns.update({name: steps}) -%}
            {%- do values.update({name: steps.value}) -%}
            {%- if name in contract.meta.key -%}
                {%- do key_values.update({name: covey.parsed_value(
                    name, column, source.types[name], source.expressions[name]
                ).value}) -%}
            {%- endif -%}
            {%- do findings.extend(steps.findings) -%}
            {%- if column.config.meta.contract == 'required' -%}
                {%- do refusals.extend(steps.refusals) -%}
            {%- endif -%}
        {%- elif is_present and column.config.meta.contract == 'required' -%}
            {{ exceptions.raise_compiler_error(
                covey.missing_column_message(input, name, source.columns.keys())
            ) }}
        {%- else -%}
            {%- do values.update({name: 'cast(null as ' ~ column.data_type ~ ')'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- A mapping with a window function has to see every row. -#}
    {%- set windows = [] -%}
    {%- for expression in source.expressions.values()
        if modules.re.search('(?i)\\bover\\s*\\(', expression) -%}
        {%- do windows.append(expression) -%}
    {%- endfor -%}
    {%- set sources = [] -%}
    {%- for name in source.expressions -%}
        {%- do sources.append(name ~ '__source') -%}
    {%- endfor -%}
    {%- set extras = [] -%}
    {%- for name, quoted in source.columns.items() if name.startswith('x_') -%}
        {%- do extras.append(quoted) -%}
    {%- endfor %}
    with mapped as (
        select
            {%- for name, expression in source.expressions.items() %}
            {{ expression }} as {{ name }}__source,
            {%- endfor %}
            {%- if input == 'customers' %}
            {{ covey.json_object(extras, 'input_rows') if extras
                else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as extra_attributes,
            {%- endif %}
            {{ covey.row_reference('input_rows') if is_present else '1' }} as source_columns
        {%- if is_present %}
        from {{ relation }} as input_rows
        {%- if keys and not windows %}
        where {{ covey.record_key(contract.meta.key, key_values) }} in (
            select {{ keys }}.record_key from {{ keys }}
        )
        {%- elif is_sampled and not windows %}
        where {{ covey.is_in_sample(source.expressions, contract.columns, relation) }}
        {%- endif %}
        {%- else %}
        from (select 1 as no_row) as input_rows
        where 1 = 0
        {%- endif %}
    ),

    cleaned as (
        select
            *
            {%- for name, steps in columns.items() if steps.text %},
            {{ steps.text }} as {{ name }}__text
            {%- endfor %}
        from mapped
    ),

    meant as (
        select
            *
            {%- for name, steps in columns.items() if steps.meant %},
            {{ steps.meant }} as {{ name }}__meant
            {%- endfor %}
        from cleaned
    ),

    typed as (
        select
            *
            {%- for name, steps in columns.items() if steps.read %},
            {{ steps.read }} as {{ name }}__read
            {%- endfor %}
        from meant
    ),

    checked as (
        select
            {%- for name, value in values.items() %}
            {{ value }} as {{ name }},
            {%- endfor %}
            {%- if input == 'customers' %}
            extra_attributes,
            {%- endif %}
            {{ covey.text_of_cases(findings) }} as findings,
            {{ covey.first_case(refusals) }} as refusal,
            {{ covey.record_key(contract.meta.get('key', []), values) }} as record_key,
            {{ covey.row_hash(sources) if sources else 'cast(null as decimal(38, 0))' }}
                as row_hash,
            source_columns
        from typed
    )

    select
        {%- for name in contract.columns %}
        {{ name }},
        {%- endfor %}
        {%- if input == 'customers' %}
        extra_attributes,
        {%- endif %}
        {%- if received_by in values and execute %}
        findings
        || case
            when {{ dated_by }} > {{ received_by }} then '{{ dated_by }}:clock ahead;'
            when
                {{ covey.seconds_between(dated_by, received_by) }}
                > {{ var('covey_late_after_days') }} * 86400
                then '{{ received_by }}:late arrival;'
            else ''
        end as findings,
        {%- else %}
        findings,
        {%- endif %}
        case
            when refusal is not null then refusal
            {%- for reason, condition in contract.meta.get('refused_when', {}).items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            {%- for column, known in contract.meta.get('one_of', {}).items() %}
            when not {{ covey.is_one_of('lower(' ~ column ~ ')', known) }} then 'unknown {{ column }}'
            {%- endfor %}
            {%- for type_column, column in contract.meta.get('identifiers', {}).items() %}
            when not {{ covey.is_identifier_type(type_column) }} then 'unknown {{ type_column }}'
            when
                lower({{ type_column }}) = 'email'
                and {{ covey.standard_email(column) }} is null
                then '{{ column }} is not an e-mail address'
            {%- endfor %}
        end as quarantine_reason,
        record_key,
        row_hash,
        {{ covey.to_json('source_columns') }} as source_row
    from checked
    {%- if keys and windows %}
    where record_key in (select {{ keys }}.record_key from {{ keys }})
    {%- endif %}
{%- endmacro %}
