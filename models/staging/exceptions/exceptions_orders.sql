-- One row per row of the input orders that is refused or shares its key with another row.
{{ covey.exceptional_rows('orders') }}
