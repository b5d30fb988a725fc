-- As many customers are listed for review as covey_outlier_review_share says, the most unusual.
with scored_customers as (
    select
        score_outliers.customer_key,
        score_outliers.anomaly_score,
        customer_outlier_reviews.customer_key as reviewed_key
    from {{ ref('score_outliers') }} as score_outliers
    left join {{ ref('customer_outlier_reviews') }} as customer_outlier_reviews
        on score_outliers.customer_key = customer_outlier_reviews.customer_key
),

totals as (
    select
        count(*) as customers,
        count(reviewed_key) as reviewed_customers,
        min(case when reviewed_key is not null then anomaly_score end) as lowest_reviewed,
        max(case when reviewed_key is null then anomaly_score end) as highest_left
    from scored_customers
)

select *
from totals
where
    reviewed_customers <> round(customers * {{ var('covey_outlier_review_share') }})
    or lowest_reviewed < highest_left
