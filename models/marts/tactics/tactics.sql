-- One row per tactic.
with tactics as (
    select *
    from {{ ref('tactic_catalog') }}
),

final as (
    select
        tactic_id,
        tactic_name,
        goal,
        channel,
        content,
        offer,
        message_template,
        kpi,
        consent_purpose,
        owner,
        cast(prior_effect as {{ covey.type_double() }}) as prior_effect,
        cast(holdout_share as {{ covey.type_double() }}) as holdout_share,
        cast(discount_share as {{ covey.type_double() }}) as discount_share,
        cast(pause_after_order_days as {{ dbt.type_bigint() }}) as pause_after_order_days,
        cast(most_messages_per_week as {{ dbt.type_bigint() }}) as most_messages_per_week
    from tactics
)

select * from final
