-- One row per erasure request.
with base_erasure_requests as (
    select *
    from {{ ref('base_erasure_requests') }}
    where row_status = 'kept'
),

final as (
    select
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        requested_at,
        source_system,
        request_type
    from base_erasure_requests
)

select * from final
