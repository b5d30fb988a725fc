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
        items.category,
        items.quantity,
        items.order_id
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
        max(purchase_date) as last_order_date
    from orders
    group by customer_key
    having count(purchase_date) > 0
),

items_summed as (
    select
        customer_key,
        {{ covey.exact_sum('quantity') }} as item_quantity
    from items
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
        max(case when category_rank = 1 then category end) as top_category
    from category_shares
    group by customer_key
),

final as (
    select
        orders_summed.customer_key,
        categories_summed.top_category,
        orders_summed.order_count,
        orders_summed.monetary,
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
    left join items_summed
        on orders_summed.customer_key = items_summed.customer_key
    left join categories_summed
        on orders_summed.customer_key = categories_summed.customer_key
)

select * from final
