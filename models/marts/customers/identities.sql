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
        -- A node is type:source system:value; only the value may hold a colon.
        {{ dbt.split_part('node', "':'", 2) }} as source_system,
        {{ dbt.split_part('node', "':'", 1) }} as id_type,
        substr(
            node,
            length({{ dbt.split_part('node', "':'", 1) }})
            + length({{ dbt.split_part('node', "':'", 2) }})
            + 3
        ) as id_value,
        customer_key,
        match_method,
        cast(1 as {{ covey.type_double() }}) as confidence
    from int_identities
)

select * from final
