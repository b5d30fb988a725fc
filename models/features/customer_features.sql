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
        income,
        household_size,
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

place as (
    select *
    from {{ ref('ftr_customer_place') }}
),

survey as (
    select *
    from {{ ref('ftr_customer_survey') }}
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
        cast(orders.margin_share as {{ covey.type_double() }}) as margin_share,
        cast(orders.orders_per_active_month as {{ covey.type_double() }})
            as orders_per_active_month,
        cast(orders.days_since_first_order as {{ dbt.type_bigint() }})
            as days_since_first_order,
        cast(orders.cadence_days as {{ covey.type_double() }}) as cadence_days,
        cast(orders.cadence_variation as {{ covey.type_double() }}) as cadence_variation,
        cast(orders.days_overdue as {{ covey.type_double() }}) as days_overdue,
        cast(orders.items_per_order as {{ covey.type_double() }}) as items_per_order,
        cast(orders.products_per_order as {{ covey.type_double() }}) as products_per_order,
        cast(orders.returned_line_share as {{ covey.type_double() }}) as returned_line_share,
        cast(orders.discount_share as {{ covey.type_double() }}) as discount_share,
        cast(orders.coupon_order_share as {{ covey.type_double() }}) as coupon_order_share,
        cast(orders.refund_share as {{ covey.type_double() }}) as refund_share,
        cast(orders.category_entropy as {{ covey.type_double() }}) as category_entropy,
        cast(orders.top_category_share as {{ covey.type_double() }}) as top_category_share,
        cast(orders.new_category_rate as {{ covey.type_double() }}) as new_category_rate,
        cast(orders.brand_loyalty as {{ covey.type_double() }}) as brand_loyalty,
        cast(coalesce(web.session_count, 0) as {{ dbt.type_bigint() }}) as session_count,
        cast(web.average_session_minutes as {{ covey.type_double() }})
            as average_session_minutes,
        cast(coalesce(web.site_minutes, 0) as {{ covey.type_double() }}) as site_minutes,
        cast(web.pages_per_session as {{ covey.type_double() }}) as pages_per_session,
        cast(web.minutes_per_page as {{ covey.type_double() }}) as minutes_per_page,
        cast(web.bounce_share as {{ covey.type_double() }}) as bounce_share,
        cast(coalesce(web.product_view_count, 0) as {{ dbt.type_bigint() }})
            as product_view_count,
        cast(coalesce(web.search_count, 0) as {{ dbt.type_bigint() }}) as search_count,
        cast(web.search_session_share as {{ covey.type_double() }}) as search_session_share,
        cast(web.engagement_velocity as {{ covey.type_double() }}) as engagement_velocity,
        cast(web.days_since_last_session as {{ dbt.type_bigint() }}) as days_since_last_session,
        cast(web.session_conversion_rate as {{ covey.type_double() }})
            as session_conversion_rate,
        cast(web.cart_session_share as {{ covey.type_double() }}) as cart_session_share,
        cast(web.checkout_session_share as {{ covey.type_double() }}) as checkout_session_share,
        cast(web.checkout_completion_share as {{ covey.type_double() }})
            as checkout_completion_share,
        cast(coalesce(web.cart_count, 0) as {{ dbt.type_bigint() }}) as cart_count,
        cast(web.average_cart_value as {{ covey.type_double() }}) as average_cart_value,
        cast(web.cart_abandonment_share as {{ covey.type_double() }}) as cart_abandonment_share,
        cast(
            case
                when web.first_session_date <= orders.first_order_date then {{ dbt.datediff(
                    'web.first_session_date', 'orders.first_order_date', 'day'
                ) }}
            end
            as {{ dbt.type_bigint() }}
        ) as days_to_first_order,
        cast(web.path_entropy as {{ covey.type_double() }}) as path_entropy,
        cast(coalesce(messages.message_count, 0) as {{ dbt.type_bigint() }}) as message_count,
        cast(messages.open_rate as {{ covey.type_double() }}) as open_rate,
        cast(messages.click_rate as {{ covey.type_double() }}) as click_rate,
        cast(messages.click_to_open_rate as {{ covey.type_double() }}) as click_to_open_rate,
        cast(coalesce(messages.unsubscribe_count, 0) as {{ dbt.type_bigint() }})
            as unsubscribe_count,
        cast(coalesce(messages.complaint_count, 0) as {{ dbt.type_bigint() }}) as complaint_count,
        cast(
            {{ dbt.datediff('messages.last_click_date', 'as_of.as_of_date', 'day') }}
            as {{ dbt.type_bigint() }}
        ) as days_since_last_click,
        cast(orders.store_order_share as {{ covey.type_double() }}) as store_order_share,
        cast(web.mobile_session_share as {{ covey.type_double() }}) as mobile_session_share,
        cast(coalesce(web.device_type_count, 0) as {{ dbt.type_bigint() }}) as device_type_count,
        cast(web.weekend_session_share as {{ covey.type_double() }}) as weekend_session_share,
        cast(web.evening_session_share as {{ covey.type_double() }}) as evening_session_share,
        cast(orders.weekend_order_share as {{ covey.type_double() }}) as weekend_order_share,
        cast(place.home_region_session_share as {{ covey.type_double() }})
            as home_region_session_share,
        cast(place.nearest_store_km as {{ covey.type_double() }}) as nearest_store_km,
        cast(coalesce(offline.store_visit_count, 0) as {{ dbt.type_bigint() }})
            as store_visit_count,
        cast(coalesce(offline.loyalty_scan_count, 0) as {{ dbt.type_bigint() }})
            as loyalty_scan_count,
        cast(coalesce(offline.device_signal_count, 0) as {{ dbt.type_bigint() }})
            as device_signal_count,
        cast(coalesce(offline.call_count, 0) as {{ dbt.type_bigint() }}) as call_count,
        cast(
            {{ covey.share('coalesce(offline.store_visit_count, 0)',
                'coalesce(offline.store_visit_count, 0) + coalesce(web.session_count, 0)') }}
            as {{ covey.type_double() }}
        ) as offline_share,
        cast(survey.trait_price_sensitivity as {{ covey.type_double() }})
            as trait_price_sensitivity,
        cast(survey.trait_brand_loyalty as {{ covey.type_double() }}) as trait_brand_loyalty,
        cast(survey.trait_adventurousness as {{ covey.type_double() }}) as trait_adventurousness,
        cast(survey.trait_sustainability as {{ covey.type_double() }}) as trait_sustainability,
        cast(
            {{ covey.age_years('customers.birth_date', 'as_of.as_of_date') }}
            as {{ dbt.type_bigint() }}
        ) as age_years,
        cast(customers.income as {{ covey.type_double() }}) as income,
        cast(customers.household_size as {{ dbt.type_bigint() }}) as household_size,
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
    left join place
        on customers.customer_key = place.customer_key
    left join survey
        on customers.customer_key = survey.customer_key
)

select * from final
