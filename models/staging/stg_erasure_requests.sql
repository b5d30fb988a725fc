-- One row per erasure request.
with kept as (
    {{ covey.kept_rows('erasure_requests') }}
),

final as (
    select
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        requested_at,
        source_system,
        request_type
    from kept
)

select * from final
