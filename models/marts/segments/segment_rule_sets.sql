-- One row per segmentation: all its rules as one expression, and how far they agree with the model.
with rule_sets as (
    select
        segmentation,
        rule_depth,
        class_weight,
        sql_case,
        count(distinct rule_number) as rule_count
    from {{ ref('fit_segment_rules') }}
    group by segmentation, rule_depth, class_weight, sql_case
),

fidelity as (
    select
        segmentation,
        sum(customers) as customers,
        sum(holdout_customers) as holdout_customers,
        sum(found_customers) as found_customers,
        {{ covey.exact_sum('segment_recall') }} / nullif(count(segment_recall), 0)
            as mean_recall
    from {{ ref('segment_rule_fidelity') }}
    group by segmentation
),

final as (
    select
        cast(rule_sets.segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(rule_sets.class_weight as {{ dbt.type_string() }}) as class_weight,
        cast(rule_sets.sql_case as {{ dbt.type_string() }}) as sql_case,
        cast(rule_sets.rule_depth as {{ dbt.type_bigint() }}) as rule_depth,
        cast(rule_sets.rule_count as {{ dbt.type_bigint() }}) as rule_count,
        cast(fidelity.customers as {{ dbt.type_bigint() }}) as customers,
        cast(fidelity.holdout_customers as {{ dbt.type_bigint() }}) as holdout_customers,
        cast(
            fidelity.found_customers * 1.0 / nullif(fidelity.holdout_customers, 0)
            as {{ covey.type_double() }}
        ) as fidelity,
        cast(fidelity.mean_recall as {{ covey.type_double() }}) as balanced_accuracy
    from rule_sets
    inner join fidelity
        on rule_sets.segmentation = fidelity.segmentation
)

select * from final
