-- One row per pair of personal identifiers seen together, and per identifier seen alone.
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
{%- set email_node = covey.identity_node("'email'", 'email') %}
{%- set phone_node = covey.identity_node("'phone'", 'phone') %}
{%- set loyalty_node = covey.identity_node("'loyalty_number'", 'loyalty_number') %}
with records as (
    select distinct
        'customers' as input,
        {{ customer_node }} as customer_node,
        {{ email_node }} as email_node,
        {{ phone_node }} as phone_node,
        {{ loyalty_node }} as loyalty_node
    from {{ ref('stg_customers') }}
    union all
    select distinct
        'orders' as input,
        {{ customer_node }} as customer_node,
        {{ email_node }} as email_node,
        cast(null as {{ dbt.type_string() }}) as phone_node,
        {{ loyalty_node }} as loyalty_node
    from {{ ref('stg_orders') }}
    union all
    select distinct
        'messages' as input,
        {{ covey.identity_node("'customer_id'", 'customer_id') }} as customer_node,
        {{ email_node }} as email_node,
        cast(null as {{ dbt.type_string() }}) as phone_node,
        cast(null as {{ dbt.type_string() }}) as loyalty_node
    from {{ ref('stg_messages') }}
),

pairs as (
    select
        input,
        customer_node as node_a,
        email_node as node_b
    from records
    union all
    select
        input,
        customer_node as node_a,
        phone_node as node_b
    from records
    union all
    select
        input,
        customer_node as node_a,
        loyalty_node as node_b
    from records
    union all
    -- Orders and messages without a customer id still tie an address to a card.
    select
        input,
        email_node as node_a,
        loyalty_node as node_b
    from records
    where customer_node is null
    union all
    select
        input,
        coalesce(customer_node, email_node, loyalty_node, phone_node) as node_a,
        coalesce(customer_node, email_node, loyalty_node, phone_node) as node_b
    from records
    union all
    -- A login is a customer id of the default source system.
    select distinct
        'web_events' as input,
        {{ covey.identity_node("'user_id'", 'user_id') }} as node_a,
        {{ covey.identity_node("'customer_id'", 'user_id') }} as node_b
    from {{ ref('stg_web_events') }}
    union all
    select distinct
        'identifiers' as input,
        {{ covey.identity_node('id_type_a', 'id_a', 'source_system') }} as node_a,
        {{ covey.identity_node('id_type_b', 'id_b', 'source_system') }} as node_b
    from {{ ref('stg_identifiers') }}
    -- Devices join no people: they are attached to one in int_identity_devices.
    where
        id_type_a not in ('anonymous_id', 'device_id')
        and id_type_b not in ('anonymous_id', 'device_id')
),

hubs as (
    select hub_node
    from {{ ref('int_identity_hubs') }}
),

final as (
    select distinct
        pairs.input,
        pairs.node_a,
        -- A hub is set aside: what it was seen with stands alone.
        case when hub_b.hub_node is null then pairs.node_b else pairs.node_a end as node_b
    from pairs
    left join hubs as hub_a
        on pairs.node_a = hub_a.hub_node
    left join hubs as hub_b
        on pairs.node_b = hub_b.hub_node
    where
        pairs.node_a is not null
        and pairs.node_b is not null
        and hub_a.hub_node is null
)

select * from final
