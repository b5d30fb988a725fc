-- One row per customer, purpose and channel.
with int_consents_current as (
    select *
    from {{ ref('int_consents_current') }}
),

final as (
    select
        customer_key,
        purpose,
        channel,
        status,
        status_source,
        regime,
        legal_basis,
        jurisdiction,
        is_granted,
        changed_at,
        expires_at
    from int_consents_current
)

select * from final
