-- One row per customer of the primary segmentation: the segment and what it is called.
with customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key
    from {{ ref('customer_segments') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id
    from {{ ref('segments') }}
),

final as (
    select
        customer_segments.customer_key,
        customer_segments.segmentation,
        customer_segments.segment_id,
        'segment_' || customer_segments.segmentation || '_' || customer_segments.segment_id
            as audience_id,
        segments.segment_name,
        segments.persona_id
    from customer_segments
    inner join segments
        on
            customer_segments.segmentation = segments.segmentation
            and customer_segments.segment_id = segments.segment_id
)

select * from final
