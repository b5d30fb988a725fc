-- One row per web or app event.
{{ covey.staged_web_events() }}
