-- Nobody is in an audience without a basis that holds for its purpose and channel.
{{ covey.test_has_basis(ref('audience_members')) }}
