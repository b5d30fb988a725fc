-- One row per identifier of a customer.
with int_identities as (
    select
        node,
        customer_key,
        match_method
    from {{ ref('int_identities') }}
),

final as (
    select
        {{ covey.node_part('node', 'source_system') }} as source_system,
        {{ covey.node_part('node', 'id_type') }} as id_type,
        {{ covey.node_part('node', 'id_value') }} as id_value,
        customer_key,
        match_method,
        cast(1 as {{ covey.type_double() }}) as confidence
    from int_identities
)

select * from final
