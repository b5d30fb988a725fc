-- Each household has its own baskets and its own sales, to the cent.
with transactions as (
    select
        cast(household_id as varchar) as household_id,
        count(distinct basket_id) as baskets,
        sum(cast(sales_value as decimal(18, 2))) as sales
    from {{ source('complete_journey', 'transactions') }}
    group by household_id
),

households as (
    select
        identities.id_value as household_id,
        customers.order_count as baskets,
        cast(customers.lifetime_value as decimal(18, 2)) as sales
    from {{ ref('customers') }} as customers
    inner join {{ ref('identities') }} as identities
        on customers.customer_key = identities.customer_key
    where identities.id_type = 'customer_id'
),

final as (
    select
        coalesce(transactions.household_id, households.household_id) as household_id,
        transactions.baskets as source_baskets,
        households.baskets,
        transactions.sales as source_sales,
        households.sales
    from transactions
    full outer join households
        on transactions.household_id = households.household_id
)

select *
from final
where
    baskets is distinct from source_baskets
    or sales is distinct from source_sales
