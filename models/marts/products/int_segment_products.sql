-- One row per segmentation, segment and product on offer: how much more the segment buys it.
{%- set least = var('covey_min_group_size') %}
with customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key
    from {{ ref('customer_segments') }}
),

products as (
    select
        product_id,
        current_rate
    from {{ ref('int_products_counted') }}
    where is_offered
),

purchases as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        bought.customer_key,
        bought.product_id
    from {{ ref('int_products_bought') }} as bought
    inner join customer_segments
        on bought.customer_key = customer_segments.customer_key
    where bought.is_evidence
),

segments as (
    select distinct
        segmentation,
        segment_id
    from customer_segments
),

segments_counted as (
    select
        segmentation,
        segment_id,
        count(distinct customer_key) as buyer_count,
        cast(count(*) as {{ covey.type_double() }}) as purchase_count
    from purchases
    group by segmentation, segment_id
),

segmentations_counted as (
    select
        segmentation,
        sum(buyer_count) as buyer_count,
        sum(purchase_count) as purchase_count
    from segments_counted
    group by segmentation
),

products_counted as (
    select
        segmentation,
        product_id,
        cast(count(*) as {{ covey.type_double() }}) as customers
    from purchases
    group by segmentation, product_id
),

pairs_counted as (
    select
        segmentation,
        segment_id,
        product_id,
        count(*) as support
    from purchases
    group by segmentation, segment_id, product_id
),

measured as (
    select
        segments.segmentation,
        segments.segment_id,
        products.product_id,
        products.current_rate,
        coalesce(pairs_counted.support, 0) as support,
        coalesce(pairs_counted.support, 0) * 1.0 / segments_counted.buyer_count as purchase_rate,
        products_counted.customers / segmentations_counted.buyer_count as population_rate,
        -- Of what the segment buys, whoever buys much: otherwise busy segments lead in everything.
        coalesce(
            products_counted.customers * segments_counted.purchase_count
            / segmentations_counted.purchase_count, 0
        ) as expected_support,
        coalesce(segments_counted.purchase_count / segmentations_counted.purchase_count, 0)
            as purchase_share
    from segments
    cross join products
    left join segments_counted
        on
            segments.segmentation = segments_counted.segmentation
            and segments.segment_id = segments_counted.segment_id
    left join segmentations_counted
        on segments.segmentation = segmentations_counted.segmentation
    left join products_counted
        on
            segments.segmentation = products_counted.segmentation
            and products.product_id = products_counted.product_id
    left join pairs_counted
        on
            segments.segmentation = pairs_counted.segmentation
            and segments.segment_id = pairs_counted.segment_id
            and products.product_id = pairs_counted.product_id
),

final as (
    select
        segmentation,
        segment_id,
        product_id,
        cast(support as {{ dbt.type_bigint() }}) as support,
        purchase_rate,
        population_rate,
        current_rate,
        support / nullif(expected_support, 0) as lift,
        -- Drawn to 1, as if so many more had bought as everybody did: rare products do not lead.
        (support + {{ least }}) / (expected_support + {{ least }}) as shrunk_lift,
        support >= {{ least }}
        and support > expected_support
        and support - expected_support
        >= {{ covey.least_z() }} * sqrt(expected_support * (1 - purchase_share)) as is_affinity
    from measured
)

select * from final
