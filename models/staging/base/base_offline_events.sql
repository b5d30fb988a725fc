-- One row per row of the input offline_events, typed, with what was found in it and why it is refused.
{{ covey.typed_input('offline_events') }}
