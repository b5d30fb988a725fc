-- Each of the 4,372 customers, those who only sent goods back included, is in one segment.
with final as (
    select
        count(*) as assignments,
        count(distinct customer_key) as customers,
        count(distinct segment_id) as segments
    from {{ ref('customer_segments') }}
    where segmentation = 'value'
)

select *
from final
where
    assignments <> 4372
    or customers <> 4372
    or segments <> 4
