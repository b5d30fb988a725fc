-- The sales of the orders that count and whose customer is known all reach the customers.
with orders as (
    select
        {{ covey.exact_sum('net_amount - refund_amount') }} as sales_of_customers
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and customer_key is not null
),

customers as (
    select {{ covey.exact_sum('lifetime_value') }} as lifetime_value
    from {{ ref('customers') }}
)

select
    orders.sales_of_customers,
    customers.lifetime_value
from orders
cross join customers
where abs(coalesce(orders.sales_of_customers, 0) - coalesce(customers.lifetime_value, 0)) > 0.005
