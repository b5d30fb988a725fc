-- One row per identifier of a customer.
with int_identities as (
    select
        node,
        customer_key,
        match_method
    from {{ ref('int_identities') }}
),

-- A customer is as sure as the least sure of the matches that join its records.
fuzzy_customers as (
    select
        int_identities.customer_key,
        min(edges.strength) as confidence
    from {{ ref('int_identity_edges') }} as edges
    inner join int_identities
        on edges.node_a = int_identities.node
    inner join int_identities as others
        on
            edges.node_b = others.node
            and int_identities.customer_key = others.customer_key
    where edges.match_method = 'fuzzy'
    group by int_identities.customer_key
),

final as (
    select
        {{ covey.node_part('node', 'source_system') }} as source_system,
        {{ covey.node_part('node', 'id_type') }} as id_type,
        {{ covey.node_part('node', 'id_value') }} as id_value,
        int_identities.customer_key,
        int_identities.match_method,
        cast(coalesce(fuzzy_customers.confidence, 1) as {{ covey.type_double() }}) as confidence
    from int_identities
    left join fuzzy_customers
        on int_identities.customer_key = fuzzy_customers.customer_key
)

select * from final
