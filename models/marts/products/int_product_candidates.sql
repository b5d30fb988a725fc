-- One row per customer and product that may be recommended to them: those that go with what they
-- bought, and those that are popular in their segment.
{%- set settings = covey.recommendation_settings() %}
with customers as (
    select
        customers.customer_key,
        coalesce(segments.segment_id, '(none)') as segment_id
    from {{ ref('int_customers_profiled') }} as customers
    left join {{ ref('customer_segments') }} as segments
        on
            customers.customer_key = segments.customer_key
            and segments.segmentation = '{{ var("covey_primary_segmentation") }}'
),

products_bought as (
    select
        customer_key,
        product_id
    from {{ ref('int_products_bought') }}
    where evidence_position <= {{ settings.products_per_customer }}
),

product_affinities as (
    select
        product_id,
        other_product_id,
        lift - 1 as excess,
        -- The number of a pair, higher for more lift: the highest is the best reason.
        row_number() over (order by lift asc, product_id desc, other_product_id desc) as pair_number
    from {{ ref('product_affinities') }}
),

segment_products as (
    select
        segment_id,
        product_id,
        current_rate * shrunk_lift as segment_rate
    from {{ ref('int_segment_products') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
    union all
    select
        '(none)' as segment_id,
        product_id,
        current_rate as segment_rate
    from {{ ref('int_products_counted') }}
    where is_offered
),

segment_products_ranked as (
    select
        *,
        row_number() over (
            partition by segment_id order by segment_rate desc, product_id asc
        ) as rank
    from segment_products
),

candidates as (
    select
        products_bought.customer_key,
        product_affinities.other_product_id as product_id,
        product_affinities.excess,
        product_affinities.pair_number
    from products_bought
    inner join product_affinities
        on products_bought.product_id = product_affinities.product_id
    union all
    select
        customers.customer_key,
        segment_products_ranked.product_id,
        0 as excess,
        cast(null as {{ dbt.type_bigint() }}) as pair_number
    from customers
    inner join segment_products_ranked
        on customers.segment_id = segment_products_ranked.segment_id
    where segment_products_ranked.rank <= {{ settings.candidates_per_segment }}
),

final as (
    select
        customer_key,
        product_id,
        {{ covey.exact_sum('excess') }} as excess,
        max(pair_number) as pair_number
    from candidates
    group by customer_key, product_id
)

select * from final
