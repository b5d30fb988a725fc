-- Baskets and sales of each store in each month are those of the source, to the cent.
-- covey's orders are no public model, so ref() refuses them: they are read by name, once built.
-- depends_on: {{ ref('customers') }}
with transactions as (
    select
        cast(store_id as varchar) as store_id,
        cast(date_trunc('month', transaction_timestamp) as date) as sales_month,
        count(distinct basket_id) as baskets,
        sum(cast(sales_value as decimal(18, 2))) as sales
    from {{ source('complete_journey', 'transactions') }}
    group by store_id, date_trunc('month', transaction_timestamp)
),

orders as (
    select
        store_id,
        cast(date_trunc('month', ordered_at) as date) as sales_month,
        count(*) as baskets,
        sum(cast(net_amount as decimal(18, 2))) as sales
    from covey_intermediate.int_orders_resolved
    where
        not is_cancelled
        and customer_key is not null
    group by store_id, date_trunc('month', ordered_at)
),

final as (
    select
        coalesce(transactions.store_id, orders.store_id) as store_id,
        coalesce(transactions.sales_month, orders.sales_month) as sales_month,
        transactions.baskets as source_baskets,
        orders.baskets,
        transactions.sales as source_sales,
        orders.sales
    from transactions
    full outer join orders
        on
            transactions.store_id = orders.store_id
            and transactions.sales_month = orders.sales_month
)

select *
from final
where
    baskets is distinct from source_baskets
    or sales is distinct from source_sales
