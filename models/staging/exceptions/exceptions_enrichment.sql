-- One row per row of the input enrichment that is refused or shares its key with another row.
{{ covey.exceptional_rows('enrichment') }}
