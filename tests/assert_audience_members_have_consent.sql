-- Nobody is in an audience without a consent that holds for its purpose and channel.
select
    audience_members.audience_id,
    audience_members.customer_key
from {{ ref('audience_members') }} as audience_members
left join {{ ref('consent_status') }} as consent_status
    on
        audience_members.customer_key = consent_status.customer_key
        and audience_members.consent_purpose = consent_status.purpose
        and consent_status.channel in (audience_members.channel, '(all)')
        and consent_status.is_granted
where consent_status.customer_key is null
