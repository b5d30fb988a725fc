-- One row per row of the input experiment_exposures, typed, with what was found in it and why it is refused.
{{ covey.typed_input('experiment_exposures') }}
