-- One row per change of consent.
with base_consents as (
    select *
    from {{ ref('base_consents') }}
    where row_status = 'kept'
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
    from base_consents
)

select * from final
