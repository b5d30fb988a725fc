-- One row per segmentation, part and node of its tree: which segments are near each other.
with drawn_nodes as (
    select *
    from {{ ref('draw_segment_hierarchies') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        cast(part as {{ dbt.type_string() }}) as part,
        cast(node_id as {{ dbt.type_string() }}) as node_id,
        cast(parent_node_id as {{ dbt.type_string() }}) as parent_node_id,
        cast(segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(smallest_k as {{ dbt.type_bigint() }}) as smallest_k,
        cast(largest_k as {{ dbt.type_bigint() }}) as largest_k,
        cast(height as {{ covey.type_double() }}) as height
    from drawn_nodes
)

select * from final
