-- One row per identifier, kind of offline event and day, with its customer.
with int_offline_days as (
    select *
    from {{ ref('int_offline_days') }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'int_offline_days', "case when lower(identifier_type) = 'phone' then identifier end"
    ) }}
),

with_nodes as (
    select
        *,
        {{ covey.identity_node(
            'lower(identifier_type)',
            covey.standard_identifier('identifier_type', 'identifier'),
            'source_system'
        ) }} as node
    from phones_standardised
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        identities.customer_key,
        with_nodes.event_type,
        with_nodes.event_count,
        with_nodes.event_date
    from with_nodes
    left join identities
        on with_nodes.node = identities.node
)

select * from final
