-- One row per line of an order that counts as a purchase, with its customer and category.
with orders as (
    select
        order_id,
        customer_key,
        order_date,
        ordered_at
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
        and customer_key is not null
),

order_items as (
    select *
    from {{ ref('stg_order_items') }}
),

products as (
    select
        product_id,
        brand,
        category_l1
    from {{ ref('stg_products') }}
),

final as (
    select
        order_items.order_id,
        order_items.line_id,
        orders.customer_key,
        order_items.product_id,
        products.brand,
        products.category_l1 as category,
        order_items.quantity,
        order_items.is_returned,
        orders.order_date,
        orders.ordered_at
    from order_items
    inner join orders
        on order_items.order_id = orders.order_id
    left join products
        on order_items.product_id = products.product_id
)

select * from final
