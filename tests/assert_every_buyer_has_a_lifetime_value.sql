-- Every customer who bought and may be profiled has a lifetime value, and nobody else.
with buyers as (
    select distinct orders.customer_key
    from {{ ref('int_orders_resolved') }} as orders
    inner join {{ ref('int_customers_profiled') }} as customers
        on orders.customer_key = customers.customer_key
    inner join {{ ref('int_as_of') }} as as_of
        on orders.order_date <= as_of.as_of_date
    where
        not orders.is_cancelled
        and not orders.is_credit_note
        and not orders.is_rate_missing
)

select
    buyers.customer_key as buyer_key,
    customer_lifetime_value.customer_key as valued_key
from buyers
full outer join {{ ref('customer_lifetime_value') }} as customer_lifetime_value
    on buyers.customer_key = customer_lifetime_value.customer_key
where
    buyers.customer_key is null
    or customer_lifetime_value.customer_key is null
