-- One row per model of orders: how far it was off on the days held out, and whether it is in use.
with calibration as (
    select
        model,
        customers,
        expected_orders,
        actual_orders,
        orders_total_error_share,
        orders_mean_absolute_error,
        holdout_days
    from {{ ref('lifetime_value_calibration') }}
    where repeat_group = 'all' and customers >= {{ var('covey_min_group_size') }}
),

methods_counted as (
    select
        method,
        count(*) as customers
    from {{ ref('customer_lifetime_value') }}
    group by method
),

-- Where models share the work, the one that most customers have their value from.
methods_ranked as (
    select
        method,
        row_number() over (order by customers desc, method asc) as use_rank
    from methods_counted
),

final as (
    select
        calibration.model,
        case calibration.model
            when 'bg_nbd' then 'BG/NBD'
            when 'mbg_nbd' then 'Modified BG/NBD'
            when 'historic' then 'Mean of the customer and of all'
            when 'naive' then 'As often as before'
            else calibration.model
        end as model_name,
        calibration.customers,
        cast(calibration.expected_orders as {{ covey.type_double() }}) as expected_orders,
        cast(calibration.actual_orders as {{ covey.type_double() }}) as actual_orders,
        calibration.orders_total_error_share as error_share,
        calibration.orders_mean_absolute_error as error_per_customer,
        cast(calibration.holdout_days as {{ dbt.type_bigint() }}) as holdout_days,
        methods_ranked.method is not null as is_in_use
    from calibration
    left join methods_ranked
        on
            calibration.model = methods_ranked.method
            and methods_ranked.use_rank = 1
)

select * from final
