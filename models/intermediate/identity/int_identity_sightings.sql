{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['input', 'seen_date'],
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_changed_days(
        ['orders', 'messages', 'web_events'], 'input', 'seen_date'
    ) }}"
) }}
-- One row per input, day and identifiers seen together in an order, in a message or in a login.
{%- set inputs = {
    'orders': {
        'source_system': 'source_system',
        'customer_id': 'customer_id',
        'email': 'email',
        'loyalty_number': 'loyalty_number',
        'anonymous_id': 'anonymous_id',
    },
    'messages': {'customer_id': 'customer_id', 'email': 'email'},
    'web_events': {'anonymous_id': 'anonymous_id', 'user_id': 'user_id'},
} %}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' %}
with {{ covey.changed_days(inputs, 'input', 'seen_date') }},

{%- for input in inputs %}

{% if is_incremental() -%}
days_of_{{ input }} as (
    select activity_date
    from changed_days
    where input = '{{ input }}'
),

{% endif -%}
{{ input }} as (
    {{ covey.kept_rows(input, days='days_of_' ~ input if is_incremental() else none) }}
),
{%- endfor %}

sightings as (
    {%- for input, columns in inputs.items() %}
    select
        '{{ input }}' as input,
        cast({{ covey.happened_at(input) }} as date) as seen_date,
        {%- for name in [
            'source_system', 'customer_id', 'email', 'loyalty_number', 'anonymous_id', 'user_id'
        ] %}
        {{ columns.get(name, no_text) }} as {{ name }},
        {%- endfor %}
        -- Of an order that comes in lines, each has its identifiers.
        {{ 'count(distinct order_id)' if input == 'orders' else 'count(*)' }} as seen_count,
        min({{ covey.happened_at(input) }}) as first_seen_at,
        max({{ covey.happened_at(input) }}) as last_seen_at
    from {{ input }}
    {%- if input == 'web_events' %}
    where user_id is not null
    {%- endif %}
    group by cast({{ covey.happened_at(input) }} as date), {{ columns | join(', ') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        sightings.*,
        changed_days.built_from
    from sightings
    inner join changed_days
        on
            sightings.input = changed_days.input
            and sightings.seen_date = changed_days.activity_date
)

select * from final
