-- One row per input and pair of personal identifiers seen together in it, and per identifier seen
-- alone.
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
{%- set email_node = covey.identity_node("'email'", 'email') %}
{%- set phone_node = covey.identity_node("'phone'", 'phone') %}
{%- set loyalty_node = covey.identity_node("'loyalty_number'", 'loyalty_number') %}
{%- set no_node = 'cast(null as ' ~ dbt.type_string() ~ ')' %}
-- Counted before nodes are made of them: the same few identifiers come in very many events.
with identifiers_counted as (
    {%- for input, columns in [
        ('customers', {
            'first_seen_at': 'coalesce(created_at, updated_at)',
            'last_seen_at': 'coalesce(updated_at, created_at)',
        }),
        ('orders', {'phone': no_node, 'first_seen_at': 'ordered_at', 'last_seen_at': 'ordered_at'}),
        ('messages', {
            'source_system': no_node, 'phone': no_node, 'loyalty_number': no_node,
            'first_seen_at': 'occurred_at', 'last_seen_at': 'occurred_at',
        }),
    ] %}
    {%- set identifiers = ['source_system', 'customer_id', 'email', 'phone', 'loyalty_number'] %}
    select
        '{{ input }}' as input,
        {%- for identifier in identifiers %}
        {{ columns.get(identifier, identifier) }} as {{ identifier }},
        {%- endfor %}
        count(*) as seen_count,
        min({{ columns.first_seen_at }}) as first_seen_at,
        max({{ columns.last_seen_at }}) as last_seen_at
    from {{ ref('stg_' ~ input) }}
    group by {{ identifiers | reject('in', columns) | join(', ') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
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
        count(*) as seen_count,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from {{ ref('stg_web_events') }}
    where user_id is not null
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
