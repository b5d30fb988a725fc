-- One row per tactic with an experiment and customer who took part until its end.
with as_of as (
    select
        {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }}
            as ends_at
    from {{ ref('int_as_of') }}
),

tactics as (
    select
        tactic_id,
        experiment_id,
        kpi_days
    from {{ ref('tactics') }}
),

-- Who may not be profiled is not measured either.
customers_profiled as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

exposures as (
    select
        experiment_id,
        customer_key,
        lower(variant) = 'control' as is_control,
        exposed_at
    from {{ ref('int_experiment_exposures_resolved') }}
),

orders as (
    select
        customer_key,
        ordered_at
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
        and customer_key is not null
),

-- A customer counts once, from the first exposure; who has seen both variants says nothing.
customers_exposed as (
    select
        experiment_id,
        customer_key,
        max(case when is_control then 1 else 0 end) as is_control,
        min(exposed_at) as exposed_at
    from exposures
    group by experiment_id, customer_key
    having max(case when is_control then 1 else 0 end) = min(case when is_control then 1 else 0 end)
),

-- Who was exposed too lately to have had kpi_days is left out, whether they have ordered or not.
trials as (
    select
        tactics.tactic_id,
        tactics.kpi_days,
        customers_exposed.customer_key,
        customers_exposed.is_control = 1 as is_control,
        customers_exposed.exposed_at
    from tactics
    inner join customers_exposed
        on tactics.experiment_id = customers_exposed.experiment_id
    inner join customers_profiled
        on customers_exposed.customer_key = customers_profiled.customer_key
    cross join as_of
    where
        {{ covey.seconds_between('customers_exposed.exposed_at', 'as_of.ends_at') }}
        >= tactics.kpi_days * 86400
),

final as (
    select
        trials.tactic_id,
        trials.customer_key,
        trials.is_control,
        count(orders.customer_key) > 0 as has_ordered,
        trials.exposed_at
    from trials
    left join orders
        on
            trials.customer_key = orders.customer_key
            and trials.exposed_at < orders.ordered_at
            and {{ covey.seconds_between('trials.exposed_at', 'orders.ordered_at') }}
            <= trials.kpi_days * 86400
    group by trials.tactic_id, trials.customer_key, trials.is_control, trials.exposed_at
)

select * from final
