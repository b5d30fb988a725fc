-- One row per segmentation, customer and as-of date: the segment that the model in use gives them.
with scored_customers as (
    select *
    from {{ ref('scored_customers') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

-- The second stage of a segmentation has a part for each segment of the first.
staged_segmentations as (
    select distinct segmentation
    from scored_customers
    where part <> '(none)'
),

first_stages as (
    select
        scored_customers.segmentation,
        scored_customers.customer_key,
        scored_customers.segment_id
    from scored_customers
    inner join staged_segmentations
        on scored_customers.segmentation = staged_segmentations.segmentation
    where scored_customers.part = '(none)'
),

last_stages as (
    select scored_customers.*
    from scored_customers
    left join staged_segmentations
        on scored_customers.segmentation = staged_segmentations.segmentation
    where staged_segmentations.segmentation is null
    union all
    select scored_customers.*
    from scored_customers
    inner join first_stages
        on
            scored_customers.segmentation = first_stages.segmentation
            and scored_customers.customer_key = first_stages.customer_key
            and scored_customers.part = first_stages.segment_id
),

final as (
    select
        last_stages.segmentation,
        last_stages.customer_key,
        last_stages.segment_id,
        last_stages.model_id,
        last_stages.probability,
        last_stages.distance,
        last_stages.margin,
        last_stages.entropy,
        last_stages.is_outlier,
        as_of.as_of_date
    from last_stages
    cross join as_of
)

select * from final
