-- One row per row of the input web_events, typed, with what was found in it and why it is refused.
{{ covey.typed_input('web_events') }}
