-- One row per third-party attribute of a person and provider.
with base_enrichment as (
    select *
    from {{ ref('base_enrichment') }}
    where row_status = 'kept'
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
    from base_enrichment
)

select * from final
