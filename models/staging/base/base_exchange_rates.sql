-- One row per row of the input exchange_rates, typed, with what was found in it and why it is refused.
{{ covey.typed_input('exchange_rates') }}
