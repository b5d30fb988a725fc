-- No money is lost on the way from the input through staging and orders to the customers.
with recorded as (
    select
        period_start_date,
        kept_amount
    from {{ ref('source_reconciliation') }}
    where input = 'orders'
),

staged as (
    select
        {{ covey.month_start('ordered_at') }} as period_start_date,
        {{ covey.exact_sum('net_amount') }} as staged_amount
    from {{ ref('stg_orders') }}
    group by {{ covey.month_start('ordered_at') }}
),

sales as (
    select
        {{ covey.exact_sum('resolved_sales') }} as resolved_sales,
        {{ covey.exact_sum('cancelled_sales + sales_without_customer + customer_sales') }}
            as explained_sales,
        {{ covey.exact_sum('customer_sales') }} as customer_sales
    from {{ ref('source_reconciliation') }}
    where input = 'orders'
),

customers as (
    select {{ covey.exact_sum('lifetime_value') }} as lifetime_value
    from {{ ref('customers') }}
),

differences as (
    select
        'input to staging' as step,
        recorded.kept_amount as amount_before,
        staged.staged_amount as amount_after
    from recorded
    full outer join staged
        on recorded.period_start_date = staged.period_start_date
    union all
    select
        'orders to customers and what stays behind' as step,
        resolved_sales as amount_before,
        explained_sales as amount_after
    from sales
    union all
    select
        'orders to lifetime value' as step,
        sales.customer_sales as amount_before,
        customers.lifetime_value as amount_after
    from sales
    cross join customers
)

select *
from differences
where abs(coalesce(amount_before, 0) - coalesce(amount_after, 0)) > 0.005
