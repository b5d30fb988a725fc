-- One row per customer who may be profiled and product that they bought or sent back.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

orders as (
    select
        order_id,
        customer_key,
        order_date,
        is_cancelled,
        is_credit_note
    from {{ ref('int_orders_resolved') }}
),

order_items as (
    select
        order_id,
        product_id,
        quantity,
        is_returned
    from {{ ref('stg_order_items') }}
    where product_id is not null
),

lines as (
    select
        orders.customer_key,
        order_items.product_id,
        orders.order_id,
        orders.order_date,
        as_of.window_start_date,
        -- Less than nothing takes goods back, on a credit note or a cancelled order as well.
        order_items.is_returned
        or coalesce(order_items.quantity < 0, false)
        or orders.is_credit_note as is_returned,
        not orders.is_cancelled and coalesce(order_items.quantity > 0, false) as is_sold
    from order_items
    inner join orders
        on order_items.order_id = orders.order_id
    inner join customers
        on orders.customer_key = customers.customer_key
    cross join as_of
    where orders.order_date <= as_of.as_of_date
),

summed as (
    select
        customer_key,
        product_id,
        count(
            distinct case
                when is_sold and not is_returned and order_date > window_start_date then order_id
            end
        ) as order_count,
        max(case when is_returned then 1 else 0 end) = 1 as is_returned,
        max(case when is_sold and not is_returned then order_date end) as last_bought_date
    from lines
    group by customer_key, product_id
),

with_evidence as (
    select
        *,
        -- What was sent back says nothing of what a customer wants.
        order_count > 0 and not is_returned as is_evidence
    from summed
    where
        is_returned
        or last_bought_date is not null
),

final as (
    select
        customer_key,
        product_id,
        cast(order_count as {{ dbt.type_bigint() }}) as order_count,
        case
            when is_evidence then
                row_number() over (
                    partition by customer_key, is_evidence
                    order by last_bought_date desc, order_count desc, product_id asc
                )
        end as evidence_position,
        is_returned,
        is_evidence,
        last_bought_date
    from with_evidence
)

select * from final
