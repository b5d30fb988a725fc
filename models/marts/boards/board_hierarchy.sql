-- One row per segmentation and node of its tree, from its segments up, with their names.
with hierarchy as (
    select
        segmentation,
        node_id,
        parent_node_id,
        segment_id,
        customers,
        height
    from {{ ref('segment_hierarchy') }}
    where part = '(none)'
),

-- What lies below a segment is left out: a tree of micro-clusters has hundreds of leaves.
nodes as (
    select
        hierarchy.segmentation,
        hierarchy.node_id,
        hierarchy.parent_node_id,
        hierarchy.segment_id,
        hierarchy.customers,
        case when hierarchy.segment_id is null then hierarchy.height else 0 end as height
    from hierarchy
    left join hierarchy as parents
        on
            hierarchy.segmentation = parents.segmentation
            and hierarchy.parent_node_id = parents.node_id
    where hierarchy.segment_id is null or parents.segment_id is null
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('board_segments') }}
),

final as (
    select
        nodes.segmentation,
        nodes.node_id,
        nodes.parent_node_id,
        nodes.segment_id,
        coalesce(segments.segment_name, 'segment ' || nodes.segment_id) as segment_name,
        case
            when nodes.customers >= {{ var('covey_min_group_size') }} then nodes.customers
        end as customers,
        cast(nodes.height as {{ covey.type_double() }}) as height
    from nodes
    left join segments
        on
            nodes.segmentation = segments.segmentation
            and nodes.segment_id = segments.segment_id
)

select * from final
