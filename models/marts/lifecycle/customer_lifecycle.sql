-- One row per customer who may be profiled: stage of their life as a customer and RFM segment.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

lifecycle as (
    select *
    from {{ ref('ftr_customer_lifecycle') }}
),

rfm as (
    select *
    from {{ ref('ftr_customer_rfm') }}
),

history as (
    select
        customer_key,
        rfm_segment,
        previous_rfm_segment,
        rfm_change,
        valid_from,
        valid_to
    from {{ ref('rfm_segment_history') }}
),

final as (
    select
        lifecycle.customer_key,
        lifecycle.lifecycle_stage,
        lifecycle.lifecycle_basis,
        rfm.rfm_segment,
        history.previous_rfm_segment,
        history.rfm_change,
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.rfm_score,
        rfm.rfm_composite,
        cast(lifecycle.order_day_count as {{ dbt.type_bigint() }}) as order_day_count,
        cast(lifecycle.cadence_days as {{ covey.type_double() }}) as cadence_days,
        cast(lifecycle.days_since_last_order as {{ dbt.type_bigint() }}) as days_since_last_order,
        cast(lifecycle.at_risk_after_days as {{ dbt.type_bigint() }}) as at_risk_after_days,
        cast(lifecycle.lapsed_after_days as {{ dbt.type_bigint() }}) as lapsed_after_days,
        cast(lifecycle.days_overdue as {{ dbt.type_bigint() }}) as days_overdue,
        history.valid_from as rfm_segment_since,
        lifecycle.last_order_date,
        lifecycle.expected_next_order_date,
        as_of.as_of_date
    from lifecycle
    cross join as_of
    left join rfm
        on lifecycle.customer_key = rfm.customer_key
    -- A run as of an earlier day reads the history up to that day.
    left join history
        on
            lifecycle.customer_key = history.customer_key
            and rfm.rfm_segment = history.rfm_segment
            and as_of.as_of_date >= history.valid_from
            and (history.valid_to is null or as_of.as_of_date < history.valid_to)
)

select * from final
