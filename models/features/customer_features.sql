-- One row per customer who may be profiled, as of one date.
-- A count of nothing is 0; a share, a rate or a number of days of nothing is null.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

customers as (
    select
        customer_key,
        birth_date,
        created_at
    from {{ ref('int_customers_profiled') }}
),

orders as (
    select *
    from {{ ref('ftr_customer_orders') }}
),

rfm as (
    select *
    from {{ ref('ftr_customer_rfm') }}
),

web as (
    select *
    from {{ ref('ftr_customer_web') }}
),

messages as (
    select *
    from {{ ref('ftr_customer_messages') }}
),

offline as (
    select *
    from {{ ref('ftr_customer_offline') }}
),

final as (
    select
        customers.customer_key,
        rfm.rfm_segment,
        orders.top_category,
        cast(orders.recency_days as {{ dbt.type_bigint() }}) as recency_days,
        cast(coalesce(orders.order_count, 0) as {{ dbt.type_bigint() }}) as order_count,
        cast(coalesce(orders.monetary, 0) as {{ covey.type_double() }}) as monetary,
        cast(orders.average_order_value as {{ covey.type_double() }}) as average_order_value,
        cast(orders.orders_per_active_month as {{ covey.type_double() }})
            as orders_per_active_month,
        cast(orders.days_since_first_order as {{ dbt.type_bigint() }})
            as days_since_first_order,
        cast(orders.items_per_order as {{ covey.type_double() }}) as items_per_order,
        cast(orders.discount_share as {{ covey.type_double() }}) as discount_share,
        cast(orders.coupon_order_share as {{ covey.type_double() }}) as coupon_order_share,
        cast(orders.refund_share as {{ covey.type_double() }}) as refund_share,
        cast(orders.category_entropy as {{ covey.type_double() }}) as category_entropy,
        cast(coalesce(web.session_count, 0) as {{ dbt.type_bigint() }}) as session_count,
        cast(web.average_session_minutes as {{ covey.type_double() }})
            as average_session_minutes,
        cast(web.pages_per_session as {{ covey.type_double() }}) as pages_per_session,
        cast(web.bounce_share as {{ covey.type_double() }}) as bounce_share,
        cast(coalesce(web.product_view_count, 0) as {{ dbt.type_bigint() }})
            as product_view_count,
        cast(coalesce(web.search_count, 0) as {{ dbt.type_bigint() }}) as search_count,
        cast(web.engagement_velocity as {{ covey.type_double() }}) as engagement_velocity,
        cast(web.days_since_last_session as {{ dbt.type_bigint() }}) as days_since_last_session,
        cast(web.session_conversion_rate as {{ covey.type_double() }})
            as session_conversion_rate,
        cast(coalesce(web.cart_count, 0) as {{ dbt.type_bigint() }}) as cart_count,
        cast(web.cart_abandonment_share as {{ covey.type_double() }}) as cart_abandonment_share,
        cast(coalesce(messages.message_count, 0) as {{ dbt.type_bigint() }}) as message_count,
        cast(messages.open_rate as {{ covey.type_double() }}) as open_rate,
        cast(messages.click_rate as {{ covey.type_double() }}) as click_rate,
        cast(messages.click_to_open_rate as {{ covey.type_double() }}) as click_to_open_rate,
        cast(coalesce(messages.unsubscribe_count, 0) as {{ dbt.type_bigint() }})
            as unsubscribe_count,
        cast(orders.store_order_share as {{ covey.type_double() }}) as store_order_share,
        cast(coalesce(offline.store_visit_count, 0) as {{ dbt.type_bigint() }})
            as store_visit_count,
        cast(coalesce(offline.loyalty_scan_count, 0) as {{ dbt.type_bigint() }})
            as loyalty_scan_count,
        cast(
            {{ covey.age_years('customers.birth_date', 'as_of.as_of_date') }}
            as {{ dbt.type_bigint() }}
        ) as age_years,
        cast(
            {{ dbt.datediff('customers.created_at', 'as_of.as_of_date', 'day') }}
            as {{ dbt.type_bigint() }}
        ) as tenure_days,
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.rfm_score,
        as_of.as_of_date
    from customers
    cross join as_of
    left join orders
        on customers.customer_key = orders.customer_key
    left join rfm
        on customers.customer_key = rfm.customer_key
    left join web
        on customers.customer_key = web.customer_key
    left join messages
        on customers.customer_key = messages.customer_key
    left join offline
        on customers.customer_key = offline.customer_key
)

select * from final
