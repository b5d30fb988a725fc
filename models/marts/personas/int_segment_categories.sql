-- One row per segmentation and segment: what its customers buy most, and more than others do.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

items as (
    select
        items.customer_key,
        items.category,
        count(*) as line_count
    from {{ ref('int_order_items_resolved') }} as items
    cross join as_of
    where
        items.category is not null
        and not coalesce(items.is_returned, false)
        and items.order_date > as_of.window_start_date
        and items.order_date <= as_of.as_of_date
    group by items.customer_key, items.category
),

customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key
    from {{ ref('customer_segments') }}
),

summed as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        items.category,
        sum(items.line_count) as line_count,
        count(*) as customers
    from customer_segments
    inner join items
        on customer_segments.customer_key = items.customer_key
    group by customer_segments.segmentation, customer_segments.segment_id, items.category
),

shared as (
    select
        segmentation,
        segment_id,
        category,
        customers,
        line_count,
        line_count * 1.0 / sum(line_count) over (partition by segmentation, segment_id)
        - sum(line_count) over (partition by segmentation, category) * 1.0
        / sum(line_count) over (partition by segmentation) as points_over_all
    from summed
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            order by line_count desc, category asc
        ) as category_rank,
        row_number() over (
            partition by segmentation, segment_id
            order by points_over_all desc, category asc
        ) as affinity_rank
    from shared
    where customers >= {{ var('covey_min_group_size') }}
),

final as (
    select
        segmentation,
        segment_id,
        max(case when category_rank = 1 then category end)
        || coalesce(', ' || max(case when category_rank = 2 then category end), '')
        || coalesce(', ' || max(case when category_rank = 3 then category end), '')
            as top_categories,
        max(case when affinity_rank = 1 and points_over_all > 0 then category end)
            as affinity_category
    from ranked
    group by segmentation, segment_id
)

select * from final
