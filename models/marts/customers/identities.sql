-- One row per identifier of a customer.
with int_identities as (
    select
        node,
        customer_key,
        match_method
    from {{ ref('int_identities') }}
),

exact_parts as (
    select
        identities.customer_key,
        components.node,
        components.exact_id
    from {{ ref('int_identity_components') }} as components
    inner join int_identities as identities
        on components.node = identities.node
),

-- Parts of a customer that only their likeness joins, with the best match between them.
fuzzy_joins as (
    select
        parts_a.customer_key,
        least(parts_a.exact_id, parts_b.exact_id) as exact_id_a,
        greatest(parts_a.exact_id, parts_b.exact_id) as exact_id_b,
        max(edges.strength) as match_probability
    from {{ ref('int_identity_edges') }} as edges
    inner join exact_parts as parts_a
        on edges.node_a = parts_a.node
    inner join exact_parts as parts_b
        on
            edges.node_b = parts_b.node
            and parts_a.customer_key = parts_b.customer_key
    where
        edges.match_method = 'fuzzy'
        and parts_a.exact_id <> parts_b.exact_id
    group by
        parts_a.customer_key,
        least(parts_a.exact_id, parts_b.exact_id),
        greatest(parts_a.exact_id, parts_b.exact_id)
),

fuzzy_customers as (
    select
        customer_key,
        min(match_probability) as confidence
    from fuzzy_joins
    group by customer_key
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
