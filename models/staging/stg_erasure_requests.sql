-- One row per erasure request.
with kept as (
    {{ covey.kept_rows('erasure_requests') }}
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
        requested_at,
        source_system,
        request_type
    from phones_standardised
)

select * from final
