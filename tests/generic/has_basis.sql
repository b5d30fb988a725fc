{#- Whoever a tactic reaches has agreed to its purpose in the channel, or the law asks for no consent.
    `tactic` and `channel` are columns of the model; rows that reach nobody are left out by
    `used_where`. A tactic that is not in tactics has no purpose, and so no basis. -#}
{% test has_basis(model, tactic='audience_id', channel='channel', used_where='true') %}
select
    used.customer_key,
    used.tactic_id,
    used.channel
from (
    select
        customer_key,
        {{ tactic }} as tactic_id,
        {{ channel }} as channel
    from {{ model }}
    where {{ used_where }}
) as used
left join {{ ref('tactics') }} as tactics
    on used.tactic_id = tactics.tactic_id
left join {{ ref('consent_status') }} as consent_status
    on
        used.customer_key = consent_status.customer_key
        and tactics.consent_purpose = consent_status.purpose
        and consent_status.channel in (used.channel, '(all)')
        and consent_status.is_granted
where consent_status.customer_key is null
{% endtest %}
