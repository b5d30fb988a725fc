-- One row per customer and tactic that fits.
with candidates as (
    select *
    from {{ ref('int_tactic_candidates') }}
),

judged as (
    select *
    from {{ ref('int_tactics_judged') }}
),

tactic_values as (
    select *
    from {{ ref('int_tactic_values') }}
),

final as (
    select
        candidates.customer_key,
        candidates.tactic_id,
        candidates.segmentation,
        candidates.segment_id,
        candidates.rfm_segment,
        candidates.journey_stage,
        judged.channel,
        candidates.trigger_id,
        candidates.trigger_event_id,
        judged.suppression_reason,
        judged.suppression_detail,
        cast(
            row_number() over (
                partition by candidates.customer_key, judged.channel
                order by
                    case when judged.barrier is null then 0 else 1 end asc,
                    tactic_values.expected_value desc,
                    candidates.priority asc,
                    candidates.tactic_id asc
            ) as {{ dbt.type_bigint() }}
        ) as rank,
        cast(candidates.priority as {{ dbt.type_bigint() }}) as priority,
        cast(tactic_values.effect as {{ covey.type_double() }}) as effect,
        cast(tactic_values.value_at_stake as {{ covey.type_double() }}) as value_at_stake,
        cast(tactic_values.expected_value as {{ covey.type_double() }}) as expected_value,
        judged.suppression_reason is not null as is_suppressed,
        judged.is_holdout
    from candidates
    inner join judged
        on
            candidates.customer_key = judged.customer_key
            and candidates.tactic_id = judged.tactic_id
    inner join tactic_values
        on
            candidates.customer_key = tactic_values.customer_key
            and candidates.tactic_id = tactic_values.tactic_id
)

select * from final
