-- One row per segmentation, segment and measure: its share of the customers and of the value.
with segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        segment_number,
        customers,
        customer_share,
        value_share
    from {{ ref('board_segments') }}
),

segments_ordered as (
    select
        *,
        row_number() over (
            partition by segmentation order by customers desc, segment_id asc
        ) as segment_order
    from segments
),

shares as (
    select
        segmentation,
        segment_id,
        segment_name,
        'customers' as measure,
        segment_order,
        customer_share as total_share
    from segments_ordered
    union all
    select
        segmentation,
        segment_id,
        segment_name,
        'value' as measure,
        segment_order,
        value_share as total_share
    from segments_ordered
),

final as (
    select
        segmentation,
        segment_id,
        segment_name,
        measure,
        cast(segment_order as {{ dbt.type_bigint() }}) as segment_order,
        total_share
    from shares
)

select * from final
