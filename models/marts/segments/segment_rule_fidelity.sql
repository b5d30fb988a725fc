-- One row per segmentation and segment: how well the rules find it.
with counted as (
    select
        segmentation,
        segment_id,
        actual_segment_id,
        customers,
        holdout_customers
    from {{ ref('fit_segment_rules') }}
),

actual as (
    select
        segmentation,
        actual_segment_id,
        sum(customers) as customers,
        sum(holdout_customers) as holdout_customers,
        sum(case when segment_id = actual_segment_id then holdout_customers else 0 end)
            as found_customers
    from counted
    group by segmentation, actual_segment_id
),

named as (
    select
        segmentation,
        segment_id,
        sum(holdout_customers) as named_customers
    from counted
    group by segmentation, segment_id
),

final as (
    select
        cast(actual.segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(actual.actual_segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(actual.customers as {{ dbt.type_bigint() }}) as customers,
        cast(actual.holdout_customers as {{ dbt.type_bigint() }}) as holdout_customers,
        cast(coalesce(named.named_customers, 0) as {{ dbt.type_bigint() }}) as named_customers,
        cast(actual.found_customers as {{ dbt.type_bigint() }}) as found_customers,
        cast(
            actual.found_customers * 1.0 / nullif(actual.holdout_customers, 0)
            as {{ covey.type_double() }}
        ) as segment_recall,
        cast(
            actual.found_customers * 1.0 / nullif(named.named_customers, 0)
            as {{ covey.type_double() }}
        ) as segment_precision
    from actual
    -- Left: a segment that is too small or too scattered has no rule.
    left join named
        on
            actual.segmentation = named.segmentation
            and actual.actual_segment_id = named.segment_id
)

select * from final
