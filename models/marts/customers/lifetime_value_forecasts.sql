-- One row per model and customer who bought before the holdout: what was to be expected, what came.
{%- set holdout_days = covey.clv_settings().holdout_days %}
with purchases as (
    select *
    from {{ ref('int_purchases_summed') }}
    where fit = 'calibration'
),

order_models as (
    select
        model,
        {%- for parameter in ['r', 'alpha', 'a', 'b'] %}
        {{ covey.lifetime_parameter(parameter) }} as {{ parameter }},
        {%- endfor %}
        case when model = 'mbg_nbd' then 1 else 0 end as chances_at_first_order
    from {{ ref('lifetime_model_parameters') }}
    where
        fit = 'calibration'
        and is_valid
    group by model
),

value_models as (
    select
        {{ covey.lifetime_parameter('p', 'gamma_gamma') }} as p,
        {{ covey.lifetime_parameter('q', 'gamma_gamma') }} as q,
        {{ covey.lifetime_parameter('v', 'gamma_gamma') }} as v
    from {{ ref('lifetime_model_parameters') }}
    where fit = 'calibration'
),

orders_if_alive as (
    select *
    from {{ ref('predict_orders_if_alive') }}
    where
        fit = 'calibration'
        and horizon_days = {{ holdout_days }}
),

population as (
    select
        coalesce(sum(repeat_count) / nullif({{ covey.exact_sum('age_weeks') }}, 0), 0)
            as repeat_orders_per_week,
        {{ covey.exact_sum('order_days * mean_order_value') }} / nullif(sum(order_days), 0)
            as mean_order_value
    from purchases
),

forecasts as (
    -- Inner, not left: a model that is not valid makes no forecast.
    select
        order_models.model,
        purchases.*,
        {{ covey.probability_alive('order_models', 'purchases') }} * orders_if_alive.expected_orders
            as expected_orders,
        case
            when value_models.p is not null
                then {{ covey.gamma_gamma_value('value_models', 'purchases') }}
            else {{ covey.historic_order_value('purchases', 'population') }}
        end as expected_order_value
    from purchases
    cross join value_models
    cross join population
    inner join orders_if_alive
        on
            purchases.repeat_count = orders_if_alive.repeat_count
            and purchases.age_days = orders_if_alive.age_days
    inner join order_models
        on orders_if_alive.model = order_models.model
    union all
    select
        'historic' as model,
        purchases.*,
        {{ covey.historic_orders_per_week('purchases', 'population') }} * {{ holdout_days }} / 7
            as expected_orders,
        {{ covey.historic_order_value('purchases', 'population') }} as expected_order_value
    from purchases
    cross join population
    union all
    select
        'naive' as model,
        purchases.*,
        -- Everybody goes on as before, and nobody drops out.
        coalesce(purchases.repeat_count / nullif(purchases.age_weeks, 0), 0)
        * {{ holdout_days }} / 7 as expected_orders,
        purchases.mean_order_value as expected_order_value
    from purchases
),

final as (
    select
        model,
        customer_key,
        repeat_count,
        expected_orders,
        holdout_order_days as actual_orders,
        expected_orders * expected_order_value as expected_value,
        holdout_value as actual_value,
        end_date as fitted_until_date
    from forecasts
)

select * from final
