-- One row per customer and number of days that a discount cap looks back.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

spans as (
    select distinct discount_cap_days
    from {{ ref('tactics') }}
    where discount_cap_days is not null
),

orders as (
    select
        customer_key,
        net_amount,
        discount_amount,
        order_date
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
        and not is_rate_missing
        and customer_key is not null
),

final as (
    select
        orders.customer_key,
        spans.discount_cap_days,
        {{ covey.exact_sum('orders.discount_amount') }} as discount_amount,
        {{ covey.share(
            covey.exact_sum('orders.discount_amount'),
            covey.exact_sum('orders.net_amount + coalesce(orders.discount_amount, 0)')
        ) }} as discount_share
    from orders
    cross join as_of
    inner join spans
        on
            orders.order_date <= as_of.as_of_date
            and {{ dbt.datediff('orders.order_date', 'as_of.as_of_date', 'day') }}
            < spans.discount_cap_days
    group by orders.customer_key, spans.discount_cap_days
)

select * from final
