-- One row per third-party attribute of a person and provider.
with kept as (
    {{ covey.kept_rows('enrichment') }}
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
        attribute,
        value,
        provider,
        source_system,
        legal_basis,
        obtained_at,
        expires_at
    from phones_standardised
)

select * from final
