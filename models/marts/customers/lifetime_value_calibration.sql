-- One row per model and group of customers by repeat orders: what was forecast for the holdout.
with forecasts as (
    select
        *,
        'all' as repeat_group
    from {{ ref('lifetime_value_forecasts') }}
    union all
    select
        *,
        case
            when repeat_count >= 7 then '7+'
            else cast(repeat_count as {{ dbt.type_string() }})
        end as repeat_group
    from {{ ref('lifetime_value_forecasts') }}
),

summed as (
    select
        model,
        repeat_group,
        fitted_until_date,
        cast(count(*) as {{ dbt.type_bigint() }}) as customers,
        {{ covey.exact_sum('expected_orders') }} as expected_orders,
        cast(sum(actual_orders) as {{ covey.type_double() }}) as actual_orders,
        {{ covey.exact_sum('abs(expected_orders - actual_orders)') }} as orders_error,
        {{ covey.correlation('expected_orders', 'actual_orders') }} as orders_correlation,
        {{ covey.exact_sum('expected_value') }} as expected_value,
        {{ covey.exact_sum('actual_value') }} as actual_value,
        {{ covey.exact_sum('abs(expected_value - actual_value)') }} as value_error,
        {{ covey.correlation('expected_value', 'actual_value') }} as value_correlation
    from forecasts
    group by model, repeat_group, fitted_until_date
),

final as (
    select
        model,
        repeat_group,
        customers,
        expected_orders,
        actual_orders,
        {{ covey.share('expected_orders - actual_orders', 'actual_orders') }}
            as orders_total_error_share,
        orders_error / customers as orders_mean_absolute_error,
        orders_correlation,
        expected_value,
        actual_value,
        {{ covey.share('expected_value - actual_value', 'actual_value') }}
            as value_total_error_share,
        value_error / customers as value_mean_absolute_error,
        value_correlation,
        {{ covey.clv_settings().holdout_days }} as holdout_days,
        fitted_until_date
    from summed
)

select * from final
