{#- Whoever is reached has agreed to the purpose in the channel, or the law asks for no consent.
    `purpose` and `channel` are columns of the model; rows that reach nobody are left out by
    `used_where`. -#}
{% test has_basis(model, purpose='consent_purpose', channel='channel', used_where='true') %}
select
    used.customer_key,
    used.purpose,
    used.channel
from (
    select
        customer_key,
        {{ purpose }} as purpose,
        {{ channel }} as channel
    from {{ model }}
    where {{ used_where }}
) as used
left join {{ ref('consent_status') }} as consent_status
    on
        used.customer_key = consent_status.customer_key
        and used.purpose = consent_status.purpose
        and consent_status.channel in (used.channel, '(all)')
        and consent_status.is_granted
where consent_status.customer_key is null
{% endtest %}
