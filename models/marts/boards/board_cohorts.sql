-- One row per quarter of the first order and quarter since, of cohorts large enough.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

profiled as (
    select customer_key
    from {{ ref('customer_lifecycle') }}
),

orders as (
    select
        orders.customer_key,
        cast({{ dbt.date_trunc('quarter', 'orders.order_date') }} as date) as quarter_date
    from {{ ref('int_orders_resolved') }} as orders
    inner join profiled
        on orders.customer_key = profiled.customer_key
    cross join as_of
    where
        not orders.is_cancelled
        and not orders.is_credit_note
        and orders.order_date <= as_of.as_of_date
),

first_quarters as (
    select
        customer_key,
        min(quarter_date) as cohort_date
    from orders
    group by customer_key
),

cohort_sizes as (
    select
        cohort_date,
        count(*) as customers
    from first_quarters
    group by cohort_date
    having count(*) >= {{ var('covey_min_group_size') }}
),

quarters as (
    select distinct quarter_date
    from orders
),

buyers as (
    select
        first_quarters.cohort_date,
        orders.quarter_date,
        count(distinct orders.customer_key) as active_customers
    from orders
    inner join first_quarters
        on orders.customer_key = first_quarters.customer_key
    group by first_quarters.cohort_date, orders.quarter_date
),

final as (
    select
        cast(
            {{ dbt.datediff('cohort_sizes.cohort_date', 'quarters.quarter_date', 'quarter') }}
            as {{ dbt.type_bigint() }}
        ) as quarters_since,
        cohort_sizes.customers,
        coalesce(buyers.active_customers, 0) as active_customers,
        cast(
            coalesce(buyers.active_customers, 0) * 1.0 / cohort_sizes.customers
            as {{ covey.type_double() }}
        ) as active_share,
        cohort_sizes.cohort_date,
        quarters.quarter_date
    from cohort_sizes
    inner join quarters
        on cohort_sizes.cohort_date <= quarters.quarter_date
    left join buyers
        on
            cohort_sizes.cohort_date = buyers.cohort_date
            and quarters.quarter_date = buyers.quarter_date
)

select * from final
