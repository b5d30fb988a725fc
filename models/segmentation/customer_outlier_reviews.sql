-- One row per customer to review: those whom an isolation forest tells from the others most easily.
with scored_customers as (
    select
        cast(customer_key as {{ dbt.type_string() }}) as customer_key,
        cast(extreme_features as {{ dbt.type_string() }}) as extreme_features,
        cast(anomaly_score as {{ covey.type_double() }}) as anomaly_score
    from {{ ref('score_outliers') }}
),

ranked_customers as (
    select
        *,
        row_number() over (order by anomaly_score desc, customer_key asc) as review_rank
    from scored_customers
),

totals as (
    select count(*) as customers
    from scored_customers
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        ranked_customers.customer_key,
        ranked_customers.extreme_features,
        cast(ranked_customers.review_rank as {{ dbt.type_bigint() }}) as review_rank,
        ranked_customers.anomaly_score,
        as_of.as_of_date
    from ranked_customers
    cross join totals
    cross join as_of
    where
        ranked_customers.review_rank
        <= round(totals.customers * {{ var('covey_outlier_review_share') }})
)

select * from final
