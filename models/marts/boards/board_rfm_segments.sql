-- One row per RFM segment with enough customers.
with lifecycle as (
    select
        customer_key,
        rfm_segment
    from {{ ref('customer_lifecycle') }}
    where rfm_segment is not null
),

features as (
    select
        customer_key,
        monetary
    from {{ ref('customer_features') }}
),

final as (
    select
        lifecycle.rfm_segment,
        count(*) as customers,
        cast({{ covey.exact_sum('features.monetary') }} / count(*) as {{ covey.type_double() }})
            as value_per_customer
    from lifecycle
    inner join features
        on lifecycle.customer_key = features.customer_key
    group by lifecycle.rfm_segment
    having count(*) >= {{ var('covey_min_group_size') }}
)

select * from final
