-- One row per audience and customer who belongs to it.
with tactics as (
    select
        tactic_id,
        channel,
        consent_purpose,
        holdout_share
    from {{ ref('tactics') }}
),

chosen as (
    select
        customer_key,
        tactic_id,
        channel
    from {{ ref('customer_tactics') }}
    where
        rank = 1
        and not is_suppressed
),

consents as (
    select
        customer_key,
        purpose,
        channel,
        coalesce(legal_basis, 'consent') as consent_basis
    from {{ ref('int_consents_current') }}
    where is_granted
),

final as (
    select
        chosen.tactic_id as audience_id,
        chosen.customer_key,
        chosen.channel,
        consents.consent_basis,
        {{ covey.hash_fraction(
            "'" ~ var('covey_holdout_salt') ~ ":' || chosen.tactic_id || ':' || chosen.customer_key"
        ) }} < tactics.holdout_share as is_holdout
    from chosen
    inner join tactics
        on chosen.tactic_id = tactics.tactic_id
    -- inner, not left: nobody leaves the warehouse without a basis.
    inner join consents
        on
            chosen.customer_key = consents.customer_key
            and tactics.consent_purpose = consents.purpose
            and consents.channel in (chosen.channel, '(all)')
)

select * from final
