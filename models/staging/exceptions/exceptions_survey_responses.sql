-- One row per row of the input survey_responses that is refused or shares its key with another row.
{{ covey.exceptional_rows('survey_responses') }}
