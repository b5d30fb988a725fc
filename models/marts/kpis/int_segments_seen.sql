-- One row per segmentation and segment that ever was, as far as customer_segment_history knows.
with segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id
    from {{ ref('segments') }}
),

segments_seen as (
    select
        segmentation,
        segment_id,
        min(min(valid_from)) over (partition by segmentation) as history_date
    from {{ ref('customer_segment_history') }}
    group by segmentation, segment_id
),

final as (
    select
        segments_seen.segmentation,
        segments_seen.segment_id,
        segments.segment_name,
        segments.persona_id,
        segments_seen.history_date
    from segments_seen
    left join segments
        on
            segments_seen.segmentation = segments.segmentation
            and segments_seen.segment_id = segments.segment_id
)

select * from final
