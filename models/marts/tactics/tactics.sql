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
        content,
        offer,
        channels,
        {{ dbt.split_part('channels', "'|'", 1) }} as channel,
        message_template,
        kpi,
        consent_purpose,
        owner,
        -- An experiment that is called as the tactic needs no name of its own.
        coalesce(experiment_id, tactic_id) as experiment_id,
        cast(kpi_days as {{ dbt.type_bigint() }}) as kpi_days,
        cast(prior_effect as {{ covey.type_double() }}) as prior_effect,
        cast(prior_standard_error as {{ covey.type_double() }}) as prior_standard_error,
        cast(contact_cost as {{ covey.type_double() }}) as contact_cost,
        cast(discount_share as {{ covey.type_double() }}) as discount_share,
        cast(discount_cap_share as {{ covey.type_double() }}) as discount_cap_share,
        cast(discount_cap_days as {{ dbt.type_bigint() }}) as discount_cap_days,
        cast(holdout_share as {{ covey.type_double() }}) as holdout_share,
        cast(pause_after_order_days as {{ dbt.type_bigint() }}) as pause_after_order_days,
        cast(pause_after_complaint_days as {{ dbt.type_bigint() }}) as pause_after_complaint_days,
        cast(cool_down_days as {{ dbt.type_bigint() }}) as cool_down_days,
        cast(most_messages_per_week as {{ dbt.type_bigint() }}) as most_messages_per_week,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from tactics
)

select * from final
