-- One row per row of the input orders, typed, with what was found in it and why it is refused.
{{ covey.typed_input('orders') }}
