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

lifetime_models as (
    select
        model,
        is_in_use
    from {{ ref('board_lifetime_models') }}
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
        coalesce(lifetime_models.is_in_use, false) as is_in_use
    from measures
    left join lifetime_models
        on measures.model = lifetime_models.model
)

select * from final
