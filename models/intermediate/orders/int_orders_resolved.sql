-- One row per order, with its customer and its amounts in the reporting currency.
with stg_orders as (
    select
        *,
        {{ covey.identity_node("'customer_id'", 'customer_id', 'source_system') }} as customer_node,
        {{ covey.identity_node("'loyalty_number'", 'loyalty_number') }} as loyalty_node,
        {{ covey.identity_node("'email'", 'email') }} as email_node,
        {{ covey.identity_node("'anonymous_id'", 'anonymous_id') }} as device_node
    from {{ ref('stg_orders') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

exchange_rates as (
    select
        currency,
        rate_date,
        rate_to_reporting,
        lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
    from {{ ref('stg_exchange_rates') }}
),

order_days as (
    select distinct
        currency,
        cast(ordered_at as date) as order_date
    from stg_orders
),

-- A day without a rate takes the last one before it. Days, not orders, are looked up by range.
daily_rates as (
    select
        order_days.currency,
        order_days.order_date,
        exchange_rates.rate_to_reporting
    from order_days
    inner join exchange_rates
        on
            order_days.currency = exchange_rates.currency
            and order_days.order_date >= exchange_rates.rate_date
            and (
                order_days.order_date < exchange_rates.next_rate_date
                or exchange_rates.next_rate_date is null
            )
),

rated as (
    select
        stg_orders.*,
        cast(stg_orders.ordered_at as date) as order_date,
        -- An order without any rate has no amounts.
        case
            when stg_orders.currency = '{{ var("covey_reporting_currency") }}' then 1.0
            else daily_rates.rate_to_reporting
        end as rate_to_reporting
    from stg_orders
    left join daily_rates
        on
            stg_orders.currency = daily_rates.currency
            and cast(stg_orders.ordered_at as date) = daily_rates.order_date
),

final as (
    select
        rated.order_id,
        rated.source_system,
        coalesce(
            by_customer.customer_key,
            by_loyalty.customer_key,
            by_email.customer_key,
            by_device.customer_key
        ) as customer_key,
        rated.status,
        rated.currency,
        rated.channel,
        rated.store_id,
        rated.coupon_code,
        greatest(rated.net_amount, 0) * rated.rate_to_reporting as net_amount,
        -- An order of less than nothing is a credit note: money given back, not a purchase.
        (coalesce(rated.refund_amount, 0) + greatest(-rated.net_amount, 0))
        * rated.rate_to_reporting as refund_amount,
        coalesce(rated.discount_amount, 0) * rated.rate_to_reporting as discount_amount,
        rated.cost_amount * rated.rate_to_reporting as cost_amount,
        rated.status in ('cancelled', 'canceled', 'voided', 'failed') as is_cancelled,
        rated.net_amount < 0 as is_credit_note,
        rated.channel = 'store' as is_store_order,
        rated.rate_to_reporting is null as is_rate_missing,
        rated.order_date,
        rated.ordered_at
    from rated
    -- That the kind is said again makes for fewer nodes to look among.
    left join identities as by_customer
        on
            rated.customer_node = by_customer.node
            and by_customer.node like 'customer_id:%'
    left join identities as by_loyalty
        on
            rated.loyalty_node = by_loyalty.node
            and by_loyalty.node like 'loyalty_number:%'
    left join identities as by_email
        on
            rated.email_node = by_email.node
            and by_email.node like 'email:%'
    left join identities as by_device
        on
            rated.device_node = by_device.node
            and by_device.node like 'anonymous_id:%'
)

select * from final
