-- One row per row of the input survey_responses, typed, with what was found in it and why it is refused.
{{ covey.typed_input('survey_responses') }}
