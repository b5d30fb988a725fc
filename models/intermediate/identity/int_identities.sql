-- One row per identifier, personal or device, with the key of its customer; people who asked to be
-- forgotten are left out here, so that nothing after this can know them.
with nodes as (
    select
        node,
        customer_key,
        'exact' as match_method
    from {{ ref('int_identity_people') }}
    union all
    select
        node,
        customer_key,
        'device' as match_method
    from {{ ref('int_identity_devices') }}
),

erasure_requests as (
    select {{ covey.identity_node('identifier_type', 'identifier', 'source_system') }} as node
    from {{ ref('stg_erasure_requests') }}
),

erased_customers as (
    select distinct nodes.customer_key
    from nodes
    inner join erasure_requests
        on nodes.node = erasure_requests.node
),

final as (
    select
        nodes.node,
        nodes.customer_key,
        nodes.match_method
    from nodes
    left join erased_customers
        on nodes.customer_key = erased_customers.customer_key
    where erased_customers.customer_key is null
)

select * from final
