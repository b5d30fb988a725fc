-- One row per row of the input identifiers that is refused or shares its key with another row.
{{ covey.exceptional_rows('identifiers') }}
