-- One row per segmentation and rule.
with counted as (
    select *
    from {{ ref('fit_segment_rules') }}
),

rules_summed as (
    select
        segmentation,
        rule_number,
        segment_id,
        rule,
        sql_condition,
        sum(customers) as customers,
        sum(holdout_customers) as holdout_customers,
        sum(case when actual_segment_id = segment_id then holdout_customers else 0 end)
            as right_customers
    from counted
    group by segmentation, rule_number, segment_id, rule, sql_condition
),

segments_summed as (
    select
        segmentation,
        actual_segment_id,
        sum(holdout_customers) as holdout_customers
    from counted
    group by segmentation, actual_segment_id
),

final as (
    select
        cast(rules_summed.segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(rules_summed.rule_number as {{ dbt.type_bigint() }}) as rule_number,
        cast(rules_summed.segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(rules_summed.rule as {{ dbt.type_string() }}) as rule,
        cast(rules_summed.sql_condition as {{ dbt.type_string() }}) as sql_condition,
        cast(rules_summed.customers as {{ dbt.type_bigint() }}) as customers,
        cast(rules_summed.holdout_customers as {{ dbt.type_bigint() }}) as holdout_customers,
        cast(
            rules_summed.right_customers * 1.0 / nullif(rules_summed.holdout_customers, 0)
            as {{ covey.type_double() }}
        ) as rule_precision,
        cast(
            rules_summed.right_customers * 1.0 / nullif(segments_summed.holdout_customers, 0)
            as {{ covey.type_double() }}
        ) as segment_coverage
    from rules_summed
    -- Left: of the customers of a rule none need be in the segment that it names.
    left join segments_summed
        on
            rules_summed.segmentation = segments_summed.segmentation
            and rules_summed.segment_id = segments_summed.actual_segment_id
)

select * from final
