-- One row per segmentation, period, segment before and segment after, by name.
with transitions as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        customers,
        customer_share,
        from_date,
        to_date,
        max(to_date) over (partition by segmentation) as last_date
    from {{ ref('segment_transitions') }}
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
        transitions.segmentation,
        transitions.from_segment_id,
        transitions.to_segment_id,
        case
            when transitions.from_segment_id is null then '(came)'
            else coalesce(first_segments.segment_name, 'segment ' || transitions.from_segment_id)
        end as from_segment_name,
        case
            when transitions.to_segment_id is null then '(left)'
            else coalesce(last_segments.segment_name, 'segment ' || transitions.to_segment_id)
        end as to_segment_name,
        transitions.customers,
        transitions.customer_share,
        transitions.to_date = transitions.last_date as is_last_period,
        transitions.from_date,
        transitions.to_date
    from transitions
    left join segments as first_segments
        on
            transitions.segmentation = first_segments.segmentation
            and transitions.from_segment_id = first_segments.segment_id
    left join segments as last_segments
        on
            transitions.segmentation = last_segments.segmentation
            and transitions.to_segment_id = last_segments.segment_id
    where transitions.customers >= {{ var('covey_min_group_size') }}
)

select * from final
