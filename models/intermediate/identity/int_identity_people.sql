-- One row per personal identifier, with the key of the person it belongs to.
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
with components as (
    select
        node,
        component_id
    from {{ ref('int_identity_components') }}
),

records as (
    select
        {{ customer_node }} as node,
        created_at
    from {{ ref('stg_customers') }}
),

anchors as (
    select
        components.component_id,
        components.node,
        -- The oldest record names the person, so a younger one that joins changes no key.
        row_number() over (
            partition by components.component_id
            order by
                case when records.node is null then 1 else 0 end,
                case when records.created_at is null then 1 else 0 end,
                records.created_at,
                components.node
        ) as anchor_rank
    from components
    left join records
        on components.node = records.node
),

final as (
    select
        components.node,
        {{ dbt.hash('anchors.node') }} as customer_key
    from components
    inner join anchors
        on
            components.component_id = anchors.component_id
            and anchors.anchor_rank = 1
)

select * from final
