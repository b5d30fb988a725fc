-- No tactic is chosen for a customer without a basis that holds for its purpose and channel.
{{ covey.test_has_basis(
    ref('customer_tactics'),
    tactic='tactic_id',
    used_where="rank = 1 and (not is_suppressed or suppression_reason = 'holdout')"
) }}
