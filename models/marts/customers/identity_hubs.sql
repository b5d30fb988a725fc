-- One row per identifier that joins nobody: too many customers share it, or people of different
-- names do.
with hubs as (
    select *
    from {{ ref('int_identity_hubs') }}
),

erasure_requests as (
    select {{ covey.identity_node('identifier_type', 'identifier', 'source_system') }} as node
    from {{ ref('stg_erasure_requests') }}
),

final as (
    select
        hubs.id_type,
        {{ covey.node_part('hubs.hub_node', 'id_value') }} as id_value,
        hubs.reason,
        cast(hubs.customer_count as {{ dbt.type_bigint() }}) as customer_count,
        cast(hubs.most_customers as {{ dbt.type_bigint() }}) as most_customers,
        cast(hubs.initial_count as {{ dbt.type_bigint() }}) as initial_count
    from hubs
    where
        not exists (
            select 1
            from erasure_requests
            where erasure_requests.node = hubs.hub_node
        )
)

select * from final
