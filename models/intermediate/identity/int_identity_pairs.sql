-- One row per input and pair of personal identifiers seen together in it, and per identifier seen
-- alone.
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
{%- set email_node = covey.identity_node("'email'", 'email') %}
{%- set phone_node = covey.identity_node("'phone'", 'phone') %}
{%- set loyalty_node = covey.identity_node("'loyalty_number'", 'loyalty_number') %}
-- Counted before nodes are made of them: the same few identifiers come in very many records.
with identifiers_counted as (
    select
        input,
        source_system,
        customer_id,
        email,
        null as phone,
        loyalty_number,
        sum(seen_count) as seen_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identity_sightings') }}
    where input <> 'web_events'
    group by input, source_system, customer_id, email, loyalty_number
    union all
    select
        'customers' as input,
        source_system,
        customer_id,
        email,
        phone,
        loyalty_number,
        count(*) as seen_count,
        min(coalesce(created_at, updated_at)) as first_seen_at,
        max(coalesce(updated_at, created_at)) as last_seen_at
    from {{ ref('stg_customers') }}
    group by source_system, customer_id, email, phone, loyalty_number
),

records_counted as (
    select
        input,
        {{ customer_node }} as customer_node,
        {{ email_node }} as email_node,
        {{ phone_node }} as phone_node,
        {{ loyalty_node }} as loyalty_node,
        seen_count,
        first_seen_at,
        last_seen_at
    from identifiers_counted
),

pairs as (
    {%- for node_a, node_b, condition in [
        ('customer_node', 'email_node', none),
        ('customer_node', 'phone_node', none),
        ('customer_node', 'loyalty_node', none),
        ('email_node', 'loyalty_node', 'customer_node is null'),
        ('coalesce(customer_node, email_node, loyalty_node, phone_node)',) * 2 + (none,),
    ] %}
    select
        input,
        {{ node_a }} as node_a,
        {{ node_b }} as node_b,
        seen_count,
        first_seen_at,
        last_seen_at
    from records_counted
    {%- if condition %}
    -- Orders and messages without a customer id still tie an address to a card.
    where {{ condition }}
    {%- endif %}
    union all
    {%- endfor %}
    -- A login is a customer id of the default source system.
    select
        'web_events' as input,
        {{ covey.identity_node("'user_id'", 'user_id') }} as node_a,
        {{ covey.identity_node("'customer_id'", 'user_id') }} as node_b,
        sum(seen_count) as seen_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from {{ ref('int_identity_sightings') }}
    where input = 'web_events'
    group by user_id
    union all
    select
        'identifiers' as input,
        {{ covey.identity_node('id_type_a', 'id_a', 'source_system') }} as node_a,
        {{ covey.identity_node('id_type_b', 'id_b', 'source_system') }} as node_b,
        1 as seen_count,
        seen_at as first_seen_at,
        seen_at as last_seen_at
    from {{ ref('stg_identifiers') }}
    -- Devices join no people: they are attached to one in int_identity_devices.
    where
        id_type_a not in ('anonymous_id', 'device_id')
        and id_type_b not in ('anonymous_id', 'device_id')
),

-- A pair has no direction.
pairs_ordered as (
    select
        input,
        least(node_a, node_b) as node_a,
        greatest(node_a, node_b) as node_b,
        seen_count,
        first_seen_at,
        last_seen_at
    from pairs
    where
        node_a is not null
        and node_b is not null
),

final as (
    select
        input,
        node_a,
        node_b,
        cast(sum(seen_count) as {{ dbt.type_bigint() }}) as seen_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from pairs_ordered
    group by input, node_a, node_b
)

select * from final
