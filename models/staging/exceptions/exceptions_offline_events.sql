-- One row per row of the input offline_events that is refused or shares its key with another row.
{{ covey.exceptional_rows('offline_events') }}
