-- Both segmentations put each of the 2,469 households into one segment.
with expected as (
    select 'behaviour' as segmentation
    union all
    select 'value' as segmentation
),

assigned as (
    select
        segmentation,
        count(*) as assignments,
        count(distinct customer_key) as households
    from {{ ref('customer_segments') }}
    group by segmentation
),

final as (
    select
        expected.segmentation,
        coalesce(assigned.assignments, 0) as assignments,
        coalesce(assigned.households, 0) as households
    from expected
    left join assigned
        on expected.segmentation = assigned.segmentation
)

select *
from final
where
    assignments <> 2469
    or households <> 2469
