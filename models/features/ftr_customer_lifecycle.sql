-- One row per customer who may be profiled: how long ago the last order is, against what is usual.
{%- set lifecycle = covey.lifecycle_settings() %}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

-- All orders, not those of the feature window alone: who bought before it is no prospect.
order_days as (
    select distinct
        orders.customer_key,
        orders.order_date
    from {{ ref('int_orders_resolved') }} as orders
    inner join customers
        on orders.customer_key = customers.customer_key
    cross join as_of
    where
        not orders.is_cancelled
        and not orders.is_credit_note
        and orders.order_date <= as_of.as_of_date
),

gaps as (
    select
        customer_key,
        order_date,
        {{ dbt.datediff(
            'lag(order_date) over (partition by customer_key order by order_date)',
            'order_date', 'day'
        ) }} as gap_days
    from order_days
),

own as (
    select
        customer_key,
        count(*) as order_day_count,
        {{ covey.quantile_cont('gap_days', 0.5) }} as median_gap_days,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from gaps
    group by customer_key
),

population as (
    select
        count(*) as gap_count,
        {{ covey.quantile_disc('gap_days', 0.5) }} as median_gap_days,
        {{ covey.quantile_disc('gap_days', lifecycle.population_at_risk_share) }} as at_risk_days,
        {{ covey.quantile_disc('gap_days', lifecycle.population_lapsed_share) }} as lapsed_days
    from gaps
    where gap_days is not null
),

based as (
    select
        own.customer_key,
        own.order_day_count,
        own.first_order_date,
        own.last_order_date,
        population.median_gap_days as population_cadence_days,
        population.at_risk_days,
        population.lapsed_days,
        cast(
            greatest(own.median_gap_days, {{ lifecycle.own_least_gap_days }})
            as {{ dbt.type_numeric() }}
        ) as own_cadence_days,
        case
            when own.order_day_count >= {{ lifecycle.own_order_days }} then 'own cadence'
            when population.gap_count >= {{ lifecycle.population_gaps }} then 'population'
            else 'fixed'
        end as lifecycle_basis
    from own
    cross join population
),

bounded as (
    select
        customer_key,
        lifecycle_basis,
        order_day_count,
        first_order_date,
        last_order_date,
        case lifecycle_basis
            when 'own cadence' then own_cadence_days
            when 'population' then population_cadence_days
        end as cadence_days,
        case lifecycle_basis
            when 'own cadence' then floor(own_cadence_days * {{ lifecycle.own_at_risk_gaps }})
            when 'population' then at_risk_days
            else {{ lifecycle.fixed_at_risk_days }}
        end as at_risk_after_days,
        case lifecycle_basis
            when 'own cadence' then floor(own_cadence_days * {{ lifecycle.own_lapsed_gaps }})
            when 'population' then lapsed_days
            else {{ lifecycle.fixed_lapsed_days }}
        end as lapsed_after_days
    from based
),

dated as (
    select
        customers.customer_key,
        bounded.lifecycle_basis,
        bounded.cadence_days,
        bounded.at_risk_after_days,
        bounded.lapsed_after_days,
        bounded.last_order_date,
        as_of.as_of_date,
        coalesce(bounded.order_day_count, 0) as order_day_count,
        {{ dbt.datediff('bounded.first_order_date', 'as_of.as_of_date', 'day') }}
            as days_since_first_order,
        {{ dbt.datediff('bounded.last_order_date', 'as_of.as_of_date', 'day') }}
            as days_since_last_order,
        cast(
            {{ dbt.dateadd(
                'day', 'cast(ceil(bounded.cadence_days) as ' ~ dbt.type_int() ~ ')',
                'bounded.last_order_date'
            ) }} as date
        ) as expected_next_order_date
    from customers
    cross join as_of
    left join bounded
        on customers.customer_key = bounded.customer_key
),

final as (
    select
        customer_key,
        case
            when order_day_count = 0 then 'prospect'
            when days_since_last_order > lapsed_after_days then 'lapsed'
            when days_since_last_order > at_risk_after_days then 'at risk'
            when days_since_first_order <= {{ lifecycle.new_days }} then 'new'
            else 'active'
        end as lifecycle_stage,
        lifecycle_basis,
        order_day_count,
        days_since_last_order,
        cadence_days,
        at_risk_after_days,
        lapsed_after_days,
        case
            when expected_next_order_date >= as_of_date then 0
            else {{ dbt.datediff('expected_next_order_date', 'as_of_date', 'day') }}
        end as days_overdue,
        last_order_date,
        expected_next_order_date
    from dated
)

select * from final
