-- One row per input and pair of identifiers seen together in it: why two identifiers are one
-- person's, or why they are not though something joins them.
with edges as (
    select
        input,
        match_method,
        node_a,
        node_b,
        strength,
        seen_count,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity_edges') }}
    where node_a <> node_b
    union all
    select
        input,
        'device' as match_method,
        device_node as node_a,
        person_node as node_b,
        -- It joins no people.
        0 as strength,
        seen_count,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity_device_edges') }}
    where person_node is not null
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        {{ covey.edge_id('edges.input', 'edges.match_method', 'edges.node_a', 'edges.node_b') }}
            as edge_id,
        identities_a.customer_key as customer_key_a,
        identities_b.customer_key as customer_key_b,
        {{ covey.node_part('edges.node_a', 'id_type') }} as id_type_a,
        {{ covey.node_part('edges.node_a', 'source_system') }} as source_system_a,
        {{ covey.node_part('edges.node_a', 'id_value') }} as id_value_a,
        {{ covey.node_part('edges.node_b', 'id_type') }} as id_type_b,
        {{ covey.node_part('edges.node_b', 'source_system') }} as source_system_b,
        {{ covey.node_part('edges.node_b', 'id_value') }} as id_value_b,
        edges.input,
        edges.match_method,
        edges.seen_count,
        edges.strength,
        identities_a.customer_key = identities_b.customer_key as is_joined,
        edges.first_seen_at,
        edges.last_seen_at
    from edges
    -- Inner, twice: of people who were erased nothing is told.
    inner join identities as identities_a
        on edges.node_a = identities_a.node
    inner join identities as identities_b
        on edges.node_b = identities_b.node
)

select * from final
