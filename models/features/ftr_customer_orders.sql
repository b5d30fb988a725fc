-- One row per customer who bought in the feature window.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

orders as (
    select
        orders.*,
        -- A credit note counts with its refund alone.
        case when not orders.is_credit_note then orders.order_date end as purchase_date
    from {{ ref('int_orders_resolved') }} as orders
    cross join as_of
    where
        orders.customer_key is not null
        and not orders.is_cancelled
        and not orders.is_rate_missing
        and orders.order_date > as_of.window_start_date
        and orders.order_date <= as_of.as_of_date
),

items as (
    select
        items.customer_key,
        items.order_id,
        items.product_id,
        items.category,
        items.brand,
        items.quantity,
        items.is_returned,
        items.ordered_at
    from {{ ref('int_order_items_resolved') }} as items
    cross join as_of
    where
        items.order_date > as_of.window_start_date
        and items.order_date <= as_of.as_of_date
),

orders_summed as (
    select
        customer_key,
        count(purchase_date) as order_count,
        count(distinct {{ dbt.date_trunc('month', 'purchase_date') }}) as active_month_count,
        {{ covey.exact_sum('net_amount - refund_amount') }} as monetary,
        {{ covey.exact_sum('net_amount') }} as sales_amount,
        {{ covey.exact_sum('refund_amount') }} as refund_amount,
        {{ covey.exact_sum('discount_amount') }} as discount_amount,
        count(case when coupon_code is not null then purchase_date end) as coupon_order_count,
        count(case when is_store_order then purchase_date end) as store_order_count,
        min(purchase_date) as first_order_date,
        max(purchase_date) as last_order_date,
        count(case when {{ covey.is_weekend('purchase_date') }} then purchase_date end)
            as weekend_order_count,
        -- Of orders whose cost is known alone.
        {{ covey.exact_sum('case when cost_amount is not null then net_amount end') }}
            as costed_amount,
        {{ covey.exact_sum('cost_amount') }} as cost_amount
    from orders
    group by customer_key
    having count(purchase_date) > 0
),

order_days as (
    select distinct
        customer_key,
        purchase_date
    from orders
    where purchase_date is not null
),

gaps as (
    select
        customer_key,
        {{ dbt.datediff(
            'lag(purchase_date) over (partition by customer_key order by purchase_date)',
            'purchase_date', 'day'
        ) }} as gap_days
    from order_days
),

gaps_summed as (
    select
        customer_key,
        count(gap_days) as gap_count,
        {{ covey.quantile_cont('gap_days', 0.5) }} as cadence_days,
        cast(sum(gap_days) as {{ covey.type_double() }}) as gap_sum,
        -- Whole numbers: the same to the last digit in whatever order they are added.
        cast(sum(gap_days * gap_days) as {{ covey.type_double() }}) as gap_square_sum
    from gaps
    where gap_days is not null
    group by customer_key
),

items_summed as (
    select
        customer_key,
        {{ covey.exact_sum('quantity') }} as item_quantity,
        count(*) as line_count,
        count(case when is_returned then 1 end) as returned_line_count
    from items
    group by customer_key
),

order_products as (
    select distinct
        customer_key,
        order_id,
        product_id
    from items
),

products_summed as (
    select
        customer_key,
        count(*) as product_count
    from order_products
    group by customer_key
),

brand_lines as (
    select
        customer_key,
        brand,
        count(*) as line_count
    from items
    where brand is not null
    group by customer_key, brand
),

brands_summed as (
    select
        customer_key,
        max(line_count) * 1.0 / sum(line_count) as brand_loyalty
    from brand_lines
    group by customer_key
),

category_orders as (
    select
        customer_key,
        order_id,
        min(ordered_at) as ordered_at,
        category
    from items
    where category is not null
    group by customer_key, order_id, category
),

categories_met as (
    select
        *,
        row_number() over (
            partition by customer_key, category order by ordered_at, order_id
        ) as meeting
    from category_orders
),

-- The first order meets its categories for the first time, and is not asked about.
new_categories_summed as (
    select
        customer_key,
        (count(distinct case when meeting = 1 then order_id end) - 1) * 1.0
        / nullif(count(distinct order_id) - 1, 0) as new_category_rate
    from categories_met
    group by customer_key
),

category_lines as (
    select
        customer_key,
        coalesce(category, '(none)') as category,
        cast(count(*) as {{ covey.type_double() }}) as line_count
    from items
    group by customer_key, coalesce(category, '(none)')
),

category_shares as (
    select
        customer_key,
        category,
        line_count,
        line_count / sum(line_count) over (partition by customer_key) as line_share,
        row_number() over (
            partition by customer_key order by line_count desc, category asc
        ) as category_rank
    from category_lines
),

categories_summed as (
    select
        customer_key,
        -- Shannon entropy in nats: 0 for one category, ln(n) for n bought equally often.
        {{ covey.exact_sum('-line_share * ln(line_share)') }} as category_entropy,
        max(case when category_rank = 1 then category end) as top_category,
        max(line_share) as top_category_share
    from category_shares
    group by customer_key
),

final as (
    select
        orders_summed.customer_key,
        categories_summed.top_category,
        orders_summed.order_count,
        orders_summed.monetary,
        {{ covey.share('orders_summed.costed_amount - orders_summed.cost_amount',
            'orders_summed.costed_amount') }} as margin_share,
        gaps_summed.cadence_days,
        case
            when gaps_summed.gap_count > 1 then
                sqrt(
                    gaps_summed.gap_count * gaps_summed.gap_square_sum
                    - gaps_summed.gap_sum * gaps_summed.gap_sum
                ) / gaps_summed.gap_sum
        end as cadence_variation,
        {{ dbt.datediff('orders_summed.last_order_date', 'as_of.as_of_date', 'day') }}
        - gaps_summed.cadence_days as days_overdue,
        products_summed.product_count * 1.0 / orders_summed.order_count as products_per_order,
        {{ covey.share('items_summed.returned_line_count', 'items_summed.line_count') }}
            as returned_line_share,
        categories_summed.top_category_share,
        new_categories_summed.new_category_rate,
        brands_summed.brand_loyalty,
        orders_summed.weekend_order_count * 1.0 / orders_summed.order_count
            as weekend_order_share,
        orders_summed.sales_amount / orders_summed.order_count as average_order_value,
        orders_summed.order_count * 1.0 / orders_summed.active_month_count
            as orders_per_active_month,
        {{ covey.share('orders_summed.discount_amount',
            'orders_summed.sales_amount + orders_summed.discount_amount') }} as discount_share,
        orders_summed.coupon_order_count * 1.0 / orders_summed.order_count as coupon_order_share,
        {{ covey.share('orders_summed.refund_amount', 'orders_summed.sales_amount') }}
            as refund_share,
        orders_summed.store_order_count * 1.0 / orders_summed.order_count as store_order_share,
        items_summed.item_quantity / orders_summed.order_count as items_per_order,
        categories_summed.category_entropy,
        {{ dbt.datediff('orders_summed.last_order_date', 'as_of.as_of_date', 'day') }}
            as recency_days,
        {{ dbt.datediff('orders_summed.first_order_date', 'as_of.as_of_date', 'day') }}
            as days_since_first_order,
        orders_summed.first_order_date,
        orders_summed.last_order_date
    from orders_summed
    cross join as_of
    left join gaps_summed
        on orders_summed.customer_key = gaps_summed.customer_key
    left join products_summed
        on orders_summed.customer_key = products_summed.customer_key
    left join brands_summed
        on orders_summed.customer_key = brands_summed.customer_key
    left join new_categories_summed
        on orders_summed.customer_key = new_categories_summed.customer_key
    left join items_summed
        on orders_summed.customer_key = items_summed.customer_key
    left join categories_summed
        on orders_summed.customer_key = categories_summed.customer_key
)

select * from final
