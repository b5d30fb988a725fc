-- One row per customer and tactic that fits.
with judged as (
    select *
    from {{ ref('int_tactics_judged') }}
),

final as (
    select
        customer_key,
        tactic_id,
        segmentation,
        segment_id,
        nullif(rfm_segment, '(none)') as rfm_segment,
        journey_stage,
        channel,
        trigger_id,
        trigger_event_id,
        suppression_reason,
        suppression_detail,
        cast(
            row_number() over (
                partition by customer_key, channel
                order by
                    case when barrier is null then 0 else 1 end asc,
                    expected_value desc,
                    priority asc,
                    tactic_id asc
            ) as {{ dbt.type_bigint() }}
        ) as rank,
        cast(priority as {{ dbt.type_bigint() }}) as priority,
        cast(effect as {{ covey.type_double() }}) as effect,
        cast(value_at_stake as {{ covey.type_double() }}) as value_at_stake,
        cast(expected_value as {{ covey.type_double() }}) as expected_value,
        suppression_reason is not null as is_suppressed,
        is_holdout
    from judged
)

select * from final
