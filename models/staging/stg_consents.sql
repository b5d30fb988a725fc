-- One row per change of consent.
with kept as (
    {{ covey.kept_rows('consents') }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'kept', "case when lower(identifier_type) = 'phone' then identifier end"
    ) }}
),

final as (
    select
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        lower(purpose) as purpose,
        lower(status) as status,
        changed_at,
        source_system,
        lower(coalesce(channel, '(all)')) as channel,
        jurisdiction,
        legal_basis,
        expires_at
    from phones_standardised
)

select * from final
