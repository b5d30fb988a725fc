-- One row per row of the input order_items, typed, with what was found in it and why it is refused.
{{ covey.typed_input('order_items') }}
