-- One row per segmentation and node of its tree of segments, with the name of the segment.
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

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('board_segments') }}
),

final as (
    select
        hierarchy.segmentation,
        hierarchy.node_id,
        hierarchy.parent_node_id,
        hierarchy.segment_id,
        coalesce(segments.segment_name, 'segment ' || hierarchy.segment_id) as segment_name,
        case
            when hierarchy.customers >= {{ var('covey_min_group_size') }} then hierarchy.customers
        end as customers,
        hierarchy.height
    from hierarchy
    left join segments
        on
            hierarchy.segmentation = segments.segmentation
            and hierarchy.segment_id = segments.segment_id
)

select * from final
