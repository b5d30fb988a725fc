-- One row per customer who may be profiled: RFM segment and stage of the journey.
with customer_lifecycle as (
    select
        customer_key,
        lifecycle_stage,
        rfm_segment
    from {{ ref('customer_lifecycle') }}
),

customer_features as (
    select
        customer_key,
        product_view_count,
        cart_count
    from {{ ref('customer_features') }}
),

final as (
    select
        customer_lifecycle.customer_key,
        customer_lifecycle.rfm_segment,
        case
            when customer_lifecycle.lifecycle_stage in ('at risk', 'lapsed') then 'win-back'
            when customer_lifecycle.lifecycle_stage = 'active' then 'retention'
            when customer_lifecycle.lifecycle_stage = 'new' then 'purchase'
            -- Without an order: whoever has looked at products is choosing, all others are not yet.
            when customer_features.product_view_count > 0 or customer_features.cart_count > 0
                then 'consideration'
            else 'awareness'
        end as journey_stage
    from customer_lifecycle
    left join customer_features
        on customer_lifecycle.customer_key = customer_features.customer_key
)

select * from final
