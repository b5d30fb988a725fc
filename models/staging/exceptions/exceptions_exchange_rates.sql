-- One row per row of the input exchange_rates that is refused or shares its key with another row.
{{ covey.exceptional_rows('exchange_rates') }}
