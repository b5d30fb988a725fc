{#- The rows of an input that staging cannot take one by one: those it refuses, and all rows that
    share their key with another row, each with its verdict. Of the rows with one key the latest is
    kept; the columns of the contract break every tie, so the order of the input never matters. -#}
{% macro exceptional_rows(input) %}
    {%- set contract = covey.input_contract(input) -%}
    {%- set columns = contract.columns.keys() | list -%}
    {%- set latest_by = contract.meta.get('latest_by', []) -%}
    {%- set earliest_by = contract.meta.get('earliest_by', []) -%}
with exceptional_keys as (
    select record_key
    from {{ ref('base_' ~ input) }}
    group by record_key
    having
        count(quarantine_reason) > 0
        or count(*) > 1
),

exceptional_rows as (
    {{ covey.typed_input(input, keys='exceptional_keys') | indent }}
),

compared as (
    select
        *,
        {{ covey.row_text(latest_by + earliest_by) }} as version_text,
        {{ covey.row_text(columns) }} as row_text,
        case when quarantine_reason is null then 1 else 0 end as is_accepted
    from exceptional_rows
),

ranked as (
    select
        *,
        row_number() over (versions) as version_rank,
        first_value(version_text) over (versions) as kept_version_text,
        first_value(row_text) over (versions) as kept_row_text
    from compared
    window versions as (
        partition by record_key, is_accepted
        order by
            {%- for column in latest_by %}
            {{ column }} desc nulls last,
            {%- endfor %}
            {%- for column in earliest_by %}
            {{ column }} nulls last,
            {%- endfor %}
            row_text
    )
),

final as (
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {%- if input == 'customers' %}
        extra_attributes,
        {%- endif %}
        findings,
        record_key,
        case
            when quarantine_reason is not null then 'quarantined'
            when version_rank = 1 then 'kept'
            else 'duplicate'
        end as row_status,
        case
            when quarantine_reason is not null then quarantine_reason
            when version_rank = 1 then null
            when row_text = kept_row_text then 'exact repeat'
            when version_text <> kept_version_text then 'superseded'
            else 'contradicts the row that was kept'
        end as reason,
        case when quarantine_reason is not null then source_row end as source_row
    from ranked
)

select * from final
{% endmacro %}
