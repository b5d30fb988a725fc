-- One row per customer who has not asked to be forgotten.
with customers as (
    select *
    from {{ ref('int_customers_resolved') }}
),

profiled as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

households as (
    select
        customer_key,
        household_key
    from {{ ref('int_households') }}
),

orders as (
    select
        customer_key,
        count(case when not is_credit_note then 1 end) as order_count,
        {{ covey.exact_sum('net_amount - refund_amount') }} as lifetime_value,
        min(case when not is_credit_note then order_date end) as first_order_date,
        max(case when not is_credit_note then order_date end) as last_order_date
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and customer_key is not null
    group by customer_key
),

final as (
    select
        customers.customer_key,
        households.household_key,
        customers.email,
        customers.phone,
        customers.first_name,
        customers.last_name,
        customers.gender,
        customers.marital_status,
        customers.address,
        customers.city,
        customers.region,
        customers.postal_code,
        customers.country,
        customers.language,
        customers.loyalty_number,
        customers.acquisition_channel,
        customers.extra_attributes,
        customers.income,
        customers.household_size,
        customers.latitude,
        customers.longitude,
        customers.record_count,
        cast(coalesce(orders.order_count, 0) as {{ dbt.type_bigint() }}) as order_count,
        coalesce(orders.lifetime_value, 0) as lifetime_value,
        customers.is_test,
        profiled.customer_key is not null as is_profiled,
        customers.birth_date,
        orders.first_order_date,
        orders.last_order_date,
        customers.created_at,
        customers.updated_at
    from customers
    left join households
        on customers.customer_key = households.customer_key
    left join profiled
        on customers.customer_key = profiled.customer_key
    left join orders
        on customers.customer_key = orders.customer_key
)

select * from final
