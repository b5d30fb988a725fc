-- One row per row of the input erasure_requests, typed, with what was found in it and why it is refused.
{{ covey.typed_input('erasure_requests') }}
