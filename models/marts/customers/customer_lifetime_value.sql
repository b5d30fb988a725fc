-- One row per customer who bought and may be profiled, as of one date.
{%- set settings = covey.clv_settings() %}
{%- set horizons = [90, 365, 1095] %}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

purchases as (
    select *
    from {{ ref('int_purchases_summed') }}
    where fit = 'all'
),

models as (
    select
        {%- for parameter in ['r', 'alpha', 'a', 'b'] %}
        {{ covey.lifetime_parameter(parameter, settings.model) }} as {{ parameter }},
        {%- endfor %}
        {%- for parameter in ['p', 'q', 'v'] %}
        {{ covey.lifetime_parameter(parameter, 'gamma_gamma') }} as {{ parameter }},
        {%- endfor %}
        {{ 1 if settings.model == 'mbg_nbd' else 0 }} as chances_at_first_order,
        max(case when model = '{{ settings.model }}' then rejection_reason end)
            as orders_rejection_reason,
        max(case when model = 'gamma_gamma' then rejection_reason end)
            as values_rejection_reason
    from {{ ref('lifetime_model_parameters') }}
    where fit = 'all'
),

orders_if_alive as (
    select
        {%- for days in horizons %}
        max(case when horizon_days = {{ days }} then expected_orders end) as orders_{{ days }},
        max(case when horizon_days = {{ days }} then discounted_orders end)
            as discounted_orders_{{ days }},
        {%- endfor %}
        repeat_count,
        age_days
    from {{ ref('predict_orders_if_alive') }}
    where
        fit = 'all'
        and model = '{{ settings.model }}'
    group by repeat_count, age_days
),

population as (
    select
        coalesce(sum(repeat_count) / nullif({{ covey.exact_sum('age_weeks') }}, 0), 0)
            as repeat_orders_per_week,
        {{ covey.exact_sum('order_days * mean_order_value') }} / nullif(sum(order_days), 0)
            as mean_order_value
    from purchases
),

rated as (
    select
        purchases.customer_key,
        models.r is not null as is_modelled,
        case when models.r is not null then '{{ settings.model }}' else 'historic' end as method,
        case when models.p is not null then 'gamma_gamma' else 'historic' end as value_method,
        -- One reason is enough: that of the orders first.
        coalesce(models.orders_rejection_reason, models.values_rejection_reason)
            as method_reason,
        purchases.order_days,
        purchases.recency_weeks,
        purchases.age_weeks,
        purchases.mean_order_value,
        case
            when models.r is not null
                then {{ covey.probability_alive('models', 'purchases') }}
        end as probability_alive,
        {{ covey.historic_orders_per_week('purchases', 'population') }} as historic_orders_per_week,
        case
            when models.p is not null then {{ covey.gamma_gamma_value('models', 'purchases') }}
            else {{ covey.historic_order_value('purchases', 'population') }}
        end as expected_order_value,
        {%- for days in horizons %}
        orders_if_alive.orders_{{ days }},
        orders_if_alive.discounted_orders_{{ days }},
        {%- endfor %}
        as_of.as_of_date
    from purchases
    cross join as_of
    cross join models
    cross join population
    left join orders_if_alive
        on
            purchases.repeat_count = orders_if_alive.repeat_count
            and purchases.age_days = orders_if_alive.age_days
),

final as (
    select
        customer_key,
        method,
        value_method,
        method_reason,
        order_days,
        recency_weeks,
        age_weeks,
        mean_order_value,
        probability_alive,
        expected_order_value,
        {%- for days in horizons %}
        case
            when is_modelled then probability_alive * orders_{{ days }}
            else historic_orders_per_week * {{ days }} / 7
        end as expected_orders_{{ days }}_days,
        {%- endfor %}
        {%- for days in horizons %}
        expected_order_value * case
            when is_modelled then probability_alive * discounted_orders_{{ days }}
            else
                historic_orders_per_week
                * {{ covey.discounted_weeks(days, settings.discount_rate_yearly) }}
        end as expected_value_{{ days }}_days,
        {%- endfor %}
        as_of_date
    from rated
)

select * from final
