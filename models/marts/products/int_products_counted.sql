-- One row per product that was bought in the feature window: how popular it is, and whether it can
-- still be had.
{%- set settings = covey.recommendation_settings() %}
with as_of as (
    select
        as_of_date,
        {{ dbt.dateadd('day', -1 * settings.popular_days, 'as_of_date') }} as popular_after,
        {{ dbt.dateadd('day', -1 * settings.gone_after_days, 'as_of_date') }} as gone_until
    from {{ ref('int_as_of') }}
),

products_bought as (
    select
        bought.customer_key,
        bought.product_id,
        bought.last_bought_date,
        case when bought.last_bought_date > as_of.popular_after then bought.customer_key end
            as recent_customer_key,
        as_of.gone_until
    from {{ ref('int_products_bought') }} as bought
    cross join as_of
    where bought.is_evidence
),

products as (
    select
        product_id,
        name as product_name,
        category_l1 as category
    from {{ ref('stg_products') }}
),

listed as (
    select count(*) as product_count
    from products
),

buyers as (
    select
        count(distinct customer_key) as buyer_count,
        count(distinct recent_customer_key) as recent_buyer_count
    from products_bought
),

summed as (
    select
        product_id,
        count(*) as customers,
        count(recent_customer_key) as recent_customers,
        max(last_bought_date) > max(gone_until) as is_sold_lately
    from products_bought
    group by product_id
),

rated as (
    select
        summed.product_id,
        products.product_name,
        products.category,
        summed.customers,
        summed.recent_customers,
        cast(summed.customers as {{ covey.type_double() }}) / buyers.buyer_count as purchase_rate,
        -- Few buyers of late say little: as if so many more had bought as everybody did.
        (
            summed.recent_customers
            + {{ var('covey_min_group_size') }}
            * cast(summed.customers as {{ covey.type_double() }}) / buyers.buyer_count
        ) / (buyers.recent_buyer_count + {{ var('covey_min_group_size') }}) as current_rate,
        -- Where products are not mapped, nothing tells which of them are known.
        summed.is_sold_lately
        and (products.product_id is not null or listed.product_count = 0) as is_offered
    from summed
    cross join buyers
    cross join listed
    left join products
        on summed.product_id = products.product_id
),

final as (
    select
        *,
        row_number() over (order by customers desc, product_id asc) as size_rank
    from rated
)

select * from final
