-- No tactic is chosen for a customer without a basis that holds for its purpose and channel.
select
    customer_tactics.customer_key,
    customer_tactics.tactic_id
from {{ ref('customer_tactics') }} as customer_tactics
inner join {{ ref('tactics') }} as tactics
    on customer_tactics.tactic_id = tactics.tactic_id
left join {{ ref('consent_status') }} as consent_status
    on
        customer_tactics.customer_key = consent_status.customer_key
        and tactics.consent_purpose = consent_status.purpose
        and consent_status.channel in (customer_tactics.channel, '(all)')
        and consent_status.is_granted
where
    customer_tactics.rank = 1
    and (
        not customer_tactics.is_suppressed
        or customer_tactics.suppression_reason = 'holdout'
    )
    and consent_status.customer_key is null
