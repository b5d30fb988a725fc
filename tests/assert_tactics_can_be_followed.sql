-- Each row of the seeds on tactics names what there is, and its numbers and dates make sense.
with tactics as (
    select *
    from {{ ref('tactics') }}
),

channels as (
    select
        tactic_channels.tactic_id,
        count(*) as known_count,
        max(case when channels.consent_purpose = 'marketing' then 1 else 0 end) as needs_marketing
    from {{ ref('int_tactic_channels') }} as tactic_channels
    inner join {{ ref('channels') }} as channels
        on tactic_channels.channel = channels.channel
    group by tactic_channels.tactic_id
),

tokens as (
    select
        tactics.tactic_id,
        sum(
            (
                length(tactics.message_template)
                - length(replace(
                    tactics.message_template, {{ "'{{'" }} || message_tokens.token || '}}', ''
                ))
            ) / (length(message_tokens.token) + 4)
        ) as known_count
    from tactics
    cross join {{ ref('message_tokens') }} as message_tokens
    group by tactics.tactic_id
),

catalog_problems as (
    select
        'tactic_catalog' as seed,
        tactics.tactic_id,
        case
            when
                coalesce(channels.known_count, 0)
                <> 1 + length(tactics.channels) - length(replace(tactics.channels, '|', ''))
                then 'unknown or repeated channel in "' || tactics.channels || '"'
            when tactics.consent_purpose not in ('marketing', 'profiling', 'analytics')
                then 'unknown consent_purpose "' || tactics.consent_purpose || '"'
            when channels.needs_marketing = 1 and tactics.consent_purpose <> 'marketing'
                then 'a channel in "' || tactics.channels || '" needs the purpose marketing'
            -- Two braces on either side of each token that is known, and no brace more.
            when
                4 * tokens.known_count <> length(tactics.message_template) - length(
                    replace(replace(tactics.message_template, {{ "'{'" }}, ''), '}', '')
                )
                then 'unknown token in "' || tactics.message_template || '"'
            when tactics.valid_to < tactics.valid_from then 'valid_to is before valid_from'
            when tactics.kpi_days not between 1 and 365 then 'kpi_days is not 1 to 365'
            when tactics.holdout_share not between 0 and 0.5 then 'holdout_share is not 0 to 0.5'
            when tactics.discount_share not between 0 and 0.9 then 'discount_share is not 0 to 0.9'
            when
                tactics.discount_share > 0
                and (tactics.discount_cap_share is null or tactics.discount_cap_days is null)
                then 'a discount without discount_cap_share and discount_cap_days'
            when tactics.discount_cap_share not between 0 and 1 or tactics.discount_cap_days < 1
                then 'discount_cap_share is not 0 to 1, or discount_cap_days under 1'
            when tactics.prior_effect not between -1 and 1 or tactics.prior_standard_error <= 0
                then 'prior_effect is not -1 to 1, or prior_standard_error not over 0'
            when
                least(
                    tactics.contact_cost, tactics.pause_after_order_days,
                    tactics.pause_after_complaint_days, tactics.cool_down_days
                ) < 0
                or tactics.most_messages_per_week < 1
                then 'a cost or a number of days under 0, or most_messages_per_week under 1'
            when count(*) over (partition by tactics.experiment_id) > 1
                then 'experiment_id "' || tactics.experiment_id || '" measures another tactic too'
        end as problem
    from tactics
    left join channels
        on tactics.tactic_id = channels.tactic_id
    left join tokens
        on tactics.tactic_id = tokens.tactic_id
)

select *
from catalog_problems
where problem is not null
