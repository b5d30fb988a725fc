-- One row per model of orders, group of customers by orders before, and measure.
with calibration as (
    select
        model,
        repeat_group,
        customers,
        expected_orders,
        actual_orders
    from {{ ref('lifetime_value_calibration') }}
    where repeat_group <> 'all' and customers >= {{ var('covey_min_group_size') }}
),

methods_counted as (
    select
        method,
        count(*) as customers
    from {{ ref('customer_lifetime_value') }}
    group by method
),

-- Where models share the work, the one that most customers have their value from.
models_in_use as (
    select
        method,
        row_number() over (order by customers desc, method asc) as use_rank
    from methods_counted
),

measures as (
    select
        model,
        repeat_group,
        'expected' as measure,
        customers,
        cast(expected_orders as {{ covey.type_double() }}) as orders
    from calibration
    union all
    select
        model,
        repeat_group,
        'made' as measure,
        customers,
        cast(actual_orders as {{ covey.type_double() }}) as orders
    from calibration
),

final as (
    select
        measures.model,
        measures.repeat_group,
        measures.measure,
        measures.customers,
        measures.orders,
        models_in_use.method is not null as is_in_use
    from measures
    left join models_in_use
        on
            measures.model = models_in_use.method
            and models_in_use.use_rank = 1
)

select * from final
