-- One row per product and product that its buyers buy more often than others do.
{%- set settings = covey.recommendation_settings() %}
with paired_products as (
    select
        product_id,
        is_offered
    from {{ ref('int_products_counted') }}
    where size_rank <= {{ settings.paired_products }}
),

buyers as (
    select
        customer_key,
        row_number() over (order by customer_key) as sample_position
    from {{ ref('int_products_bought') }}
    where evidence_position = 1
),

buyers_counted as (
    select cast(count(*) as {{ covey.type_double() }}) as buyer_count
    from buyers
    where sample_position <= {{ var('covey_fit_sample_size') }}
),

-- Keys are hashes, so those first by key are drawn by lot.
purchases as (
    select
        bought.customer_key,
        bought.product_id,
        paired_products.is_offered
    from {{ ref('int_products_bought') }} as bought
    inner join buyers
        on bought.customer_key = buyers.customer_key
    inner join paired_products
        on bought.product_id = paired_products.product_id
    where
        bought.evidence_position <= {{ settings.products_per_customer }}
        and buyers.sample_position <= {{ var('covey_fit_sample_size') }}
),

products_counted as (
    select
        product_id,
        cast(count(*) as {{ covey.type_double() }}) as customers
    from purchases
    group by product_id
),

pairs_counted as (
    select
        purchases.product_id,
        other_purchases.product_id as other_product_id,
        count(*) as support
    from purchases
    inner join purchases as other_purchases
        on
            purchases.customer_key = other_purchases.customer_key
            and purchases.product_id <> other_purchases.product_id
    -- What is gone is bought with nothing any more, but it still says what its buyers like.
    where other_purchases.is_offered
    group by purchases.product_id, other_purchases.product_id
    having count(*) >= {{ var('covey_min_group_size') }}
),

pairs_measured as (
    select
        pairs_counted.product_id,
        pairs_counted.other_product_id,
        pairs_counted.support,
        pairs_counted.support / products_counted.customers as confidence,
        -- How far the confidence is above the rate of purchase of all buyers, but in whole numbers:
        -- times what is the same for all pairs of a product. So equals are equal.
        pairs_counted.support * buyers_counted.buyer_count
        - products_counted.customers * others_counted.customers as scaled_gain,
        products_counted.customers * others_counted.customers / buyers_counted.buyer_count
            as expected_support
    from pairs_counted
    inner join products_counted
        on pairs_counted.product_id = products_counted.product_id
    inner join products_counted as others_counted
        on pairs_counted.other_product_id = others_counted.product_id
    cross join buyers_counted
),

ranked as (
    select
        product_id,
        other_product_id,
        support,
        confidence,
        support / expected_support as lift,
        row_number() over (
            partition by product_id
            order by scaled_gain desc, other_product_id asc
        ) as rank
    from pairs_measured
    -- More than chance by the normal approximation: rare pairs are not led by luck.
    where support - expected_support >= {{ covey.least_z() }} * sqrt(expected_support)
),

final as (
    select
        product_id,
        other_product_id,
        rank,
        cast(support as {{ dbt.type_bigint() }}) as support,
        confidence,
        lift
    from ranked
    where rank <= {{ settings.neighbours_per_product }}
)

select * from final
