-- One row per row of the input experiment_exposures that is refused or shares its key with another row.
{{ covey.exceptional_rows('experiment_exposures') }}
