-- One row per customer, purpose, channel and time in which one answer, or the law, holds.
with int_consent_periods as (
    select *
    from {{ ref('int_consent_periods') }}
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
        valid_from,
        valid_to
    from int_consent_periods
)

select * from final
