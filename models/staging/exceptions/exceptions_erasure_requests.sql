-- One row per row of the input erasure_requests that is refused or shares its key with another row.
{{ covey.exceptional_rows('erasure_requests') }}
