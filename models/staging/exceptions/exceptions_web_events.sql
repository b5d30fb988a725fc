-- One row per row of the input web_events that is refused or shares its key with another row.
{{ covey.exceptional_rows('web_events') }}
