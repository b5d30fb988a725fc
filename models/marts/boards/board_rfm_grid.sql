-- One row per recency score and frequency score with enough customers.
with lifecycle as (
    select
        customer_key,
        rfm_segment,
        recency_score,
        frequency_score
    from {{ ref('customer_lifecycle') }}
    where recency_score is not null
),

features as (
    select
        customer_key,
        monetary
    from {{ ref('customer_features') }}
),

final as (
    select
        min(lifecycle.rfm_segment) as rfm_segment,
        lifecycle.recency_score,
        lifecycle.frequency_score,
        count(*) as customers,
        {{ covey.exact_sum('features.monetary') }} as monetary
    from lifecycle
    inner join features
        on lifecycle.customer_key = features.customer_key
    group by lifecycle.recency_score, lifecycle.frequency_score
    having count(*) >= {{ var('covey_min_group_size') }}
)

select * from final
