-- One row per tactic: what it adds to the probability of an order, as believed and as measured.
with tactics as (
    select
        tactic_id,
        experiment_id,
        kpi_days,
        prior_effect,
        prior_standard_error
    from {{ ref('tactics') }}
),

trials as (
    select *
    from {{ ref('int_tactic_trials') }}
),

arms_counted as (
    select
        tactic_id,
        count(case when not is_control then 1 end) as treatment_customers,
        count(case when is_control then 1 end) as control_customers,
        count(case when not is_control and has_ordered then 1 end) as treatment_orderers,
        count(case when is_control and has_ordered then 1 end) as control_orderers
    from trials
    group by tactic_id
),

-- One buyer and one who does not buy are added to either arm: no arm is without doubt, however
-- small (Agresti and Caffo 2000).
arms_rated as (
    select
        *,
        (treatment_orderers + 1.0) / (treatment_customers + 2) as treatment_rate,
        (control_orderers + 1.0) / (control_customers + 2) as control_rate
    from arms_counted
    where
        treatment_customers >= {{ var('covey_min_group_size') }}
        and control_customers >= {{ var('covey_min_group_size') }}
),

measured as (
    select
        *,
        treatment_orderers * 1.0 / treatment_customers - control_orderers * 1.0 / control_customers
            as measured_effect,
        sqrt(
            treatment_rate * (1 - treatment_rate) / (treatment_customers + 2)
            + control_rate * (1 - control_rate) / (control_customers + 2)
        ) as measured_standard_error
    from arms_rated
),

-- Each of the two weighs as much as it is precise: 1 over its variance.
weighed as (
    select
        tactics.*,
        measured.treatment_customers,
        measured.control_customers,
        measured.treatment_orderers,
        measured.control_orderers,
        measured.measured_effect,
        measured.measured_standard_error,
        1 / (tactics.prior_standard_error * tactics.prior_standard_error) as prior_weight,
        coalesce(
            1 / (measured.measured_standard_error * measured.measured_standard_error), 0
        ) as measured_weight
    from tactics
    left join measured
        on tactics.tactic_id = measured.tactic_id
),

final as (
    select
        tactic_id,
        experiment_id,
        case when measured_weight > 0 then 'experiment' else 'prior' end as effect_source,
        cast(coalesce(treatment_customers, 0) as {{ dbt.type_bigint() }}) as treatment_customers,
        cast(coalesce(control_customers, 0) as {{ dbt.type_bigint() }}) as control_customers,
        cast(coalesce(treatment_orderers, 0) as {{ dbt.type_bigint() }}) as treatment_orderers,
        cast(coalesce(control_orderers, 0) as {{ dbt.type_bigint() }}) as control_orderers,
        kpi_days,
        prior_effect,
        prior_standard_error,
        cast(measured_effect as {{ covey.type_double() }}) as measured_effect,
        cast(measured_standard_error as {{ covey.type_double() }}) as measured_standard_error,
        cast(measured_weight / (prior_weight + measured_weight) as {{ covey.type_double() }})
            as measured_weight_share,
        cast(
            (prior_weight * prior_effect + measured_weight * coalesce(measured_effect, 0))
            / (prior_weight + measured_weight) as {{ covey.type_double() }}
        ) as effect,
        cast(1 / sqrt(prior_weight + measured_weight) as {{ covey.type_double() }})
            as effect_standard_error
    from weighed
)

select * from final
