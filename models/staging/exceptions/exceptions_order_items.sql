-- One row per row of the input order_items that is refused or shares its key with another row.
{{ covey.exceptional_rows('order_items') }}
