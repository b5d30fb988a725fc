-- No identifier that asked to be forgotten leads to a customer.
select erasure_requests.identifier
from {{ ref('stg_erasure_requests') }} as erasure_requests
inner join {{ ref('identities') }} as identities
    on
        erasure_requests.identifier_type = identities.id_type
        and erasure_requests.identifier = identities.id_value
        and identities.source_system in (
            '(any)',
            coalesce(erasure_requests.source_system, '{{ var("covey_default_source_system") }}')
        )
