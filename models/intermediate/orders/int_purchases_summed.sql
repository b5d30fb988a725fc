-- One row per fit and customer who bought by its end and may be profiled: the history of purchases.
{%- set holdout_days = covey.clv_settings().holdout_days %}
with fits as (
    select
        'all' as fit,
        as_of_date as end_date,
        as_of_date
    from {{ ref('int_as_of') }}
    union all
    select
        'calibration' as fit,
        cast({{ dbt.dateadd('day', -1 * holdout_days, 'as_of_date') }} as date) as end_date,
        as_of_date
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

orders as (
    select
        customer_key,
        order_date,
        net_amount - refund_amount as net_value,
        is_credit_note
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_rate_missing
),

purchase_days as (
    select
        orders.customer_key,
        orders.order_date,
        -- A credit note is money given back, not a purchase.
        max(case when orders.is_credit_note then 0 else 1 end) as purchase_count,
        {{ covey.exact_sum('orders.net_value') }} as net_value
    from orders
    inner join customers
        on orders.customer_key = customers.customer_key
    group by orders.customer_key, orders.order_date
),

days_numbered as (
    select
        *,
        -- A credit note has the number of the purchase before it, which it takes its money from.
        sum(purchase_count) over (
            partition by customer_key
            order by order_date
            rows between unbounded preceding and current row
        ) as purchase_number
    from purchase_days
),

days_of_fits as (
    select
        fits.fit,
        fits.end_date,
        days_numbered.*,
        days_numbered.order_date <= fits.end_date as is_known
    from days_numbered
    cross join fits
    where
        days_numbered.order_date <= fits.as_of_date
        -- What was given back before the first purchase that is known belongs to none.
        and days_numbered.purchase_number > 0
),

days_summed_to_customers as (
    select
        fit,
        end_date,
        customer_key,
        sum(case when is_known then purchase_count else 0 end) as order_days,
        min(case when is_known and purchase_count = 1 then order_date end) as first_order_date,
        max(case when is_known and purchase_count = 1 then order_date end) as last_order_date,
        {{ covey.exact_sum('case when is_known then net_value else 0 end') }} as net_value,
        {{ covey.exact_sum(
            'case when is_known and purchase_number > 1 then net_value else 0 end'
        ) }} as repeat_value,
        sum(case when is_known then 0 else purchase_count end) as holdout_order_days,
        {{ covey.exact_sum('case when is_known then 0 else net_value end') }} as holdout_value
    from days_of_fits
    group by fit, end_date, customer_key
    having sum(case when is_known then purchase_count else 0 end) > 0
),

days_counted as (
    select
        *,
        {{ dbt.datediff('first_order_date', 'last_order_date', 'day') }}
            as recency_days,
        {{ dbt.datediff('first_order_date', 'end_date', 'day') }}
            as age_days
    from days_summed_to_customers
),

final as (
    select
        fit,
        customer_key,
        cast(order_days as {{ dbt.type_bigint() }}) as order_days,
        cast(order_days - 1 as {{ dbt.type_bigint() }}) as repeat_count,
        cast(age_days as {{ dbt.type_bigint() }}) as age_days,
        cast(recency_days as {{ covey.type_double() }}) / 7 as recency_weeks,
        cast(age_days as {{ covey.type_double() }}) / 7 as age_weeks,
        net_value / order_days as mean_order_value,
        repeat_value / nullif(order_days - 1, 0) as mean_repeat_value,
        cast(holdout_order_days as {{ dbt.type_bigint() }}) as holdout_order_days,
        holdout_value,
        end_date
    from days_counted
)

select * from final
