-- Each customer has its own invoices and its own sales, to the penny; a repeated line counts once.
with lines as (
    select distinct *
    from {{ ref('online_retail_lines') }}
    where
        customer_id is not null
        and invoice_no not like 'C%'
        and quantity > 0
        and unit_price > 0
),

invoiced as (
    select
        cast(customer_id as varchar) as customer_id,
        count(distinct invoice_no) as invoices,
        cast(sum(cast(quantity * unit_price as decimal(18, 3))) as decimal(18, 2)) as sales
    from lines
    group by customer_id
),

customers as (
    select
        identities.id_value as customer_id,
        customers.order_count as invoices,
        cast(cast(customers.lifetime_value as decimal(18, 3)) as decimal(18, 2)) as sales
    from {{ ref('customers') }} as customers
    inner join {{ ref('identities') }} as identities
        on customers.customer_key = identities.customer_key
    where
        identities.id_type = 'customer_id'
        and customers.order_count > 0
),

final as (
    select
        coalesce(invoiced.customer_id, customers.customer_id) as customer_id,
        invoiced.invoices as source_invoices,
        customers.invoices,
        invoiced.sales as source_sales,
        customers.sales
    from invoiced
    full outer join customers
        on invoiced.customer_id = customers.customer_id
)

select *
from final
where
    invoices is distinct from source_invoices
    or sales is distinct from source_sales
