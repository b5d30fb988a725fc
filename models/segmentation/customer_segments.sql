-- One row per segmentation, customer and as-of date: the segment that the model in use gives them.
with scored_customers as (
    select *
    from {{ ref('scored_customers') }}
),

assigned_customers as (
    select *
    from {{ ref('assign_customers') }}
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

all_assigned as (
    select
        scored_customers.segmentation,
        scored_customers.customer_key,
        scored_customers.segment_id,
        scored_customers.model_id,
        scored_customers.probability,
        scored_customers.distance,
        scored_customers.margin,
        scored_customers.entropy,
        scored_customers.is_outlier
    from scored_customers
    left join staged_segmentations
        on scored_customers.segmentation = staged_segmentations.segmentation
    where staged_segmentations.segmentation is null
    union all
    select
        scored_customers.segmentation,
        scored_customers.customer_key,
        scored_customers.segment_id,
        scored_customers.model_id,
        scored_customers.probability,
        scored_customers.distance,
        scored_customers.margin,
        scored_customers.entropy,
        scored_customers.is_outlier
    from scored_customers
    inner join first_stages
        on
            scored_customers.segmentation = first_stages.segmentation
            and scored_customers.customer_key = first_stages.customer_key
            and scored_customers.part = first_stages.segment_id
    union all
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(customer_key as {{ dbt.type_string() }}) as customer_key,
        cast(segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        cast(probability as {{ covey.type_double() }}) as probability,
        cast(distance as {{ covey.type_double() }}) as distance,
        -- A float of Python has no null.
        cast(
            case when {{ covey.is_finite('margin') }} then margin end as {{ covey.type_double() }}
        ) as margin,
        cast(entropy as {{ covey.type_double() }}) as entropy,
        cast(is_outlier as boolean) as is_outlier
    from assigned_customers
),

final as (
    select
        all_assigned.*,
        as_of.as_of_date
    from all_assigned
    cross join as_of
)

select * from final
