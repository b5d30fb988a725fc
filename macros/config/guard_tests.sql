{#- The data tests that watch over every run and may not be switched off: name -> what it holds. -#}
{% macro guard_tests() %}
    {{ return({
        'assert_every_input_row_is_accounted_for': 'every input row is kept, a duplicate or quarantined',
        'assert_money_survives': 'no sale is lost between the input and the customers',
        'assert_quarantine_is_reconciled': 'what is refused lies in quarantined_records',
        'assert_no_erased_person_remains': 'an erased person is in no table',
        'assert_audience_members_have_consent': 'nobody is contacted without consent',
        'assert_chosen_tactics_have_a_basis': 'no tactic is chosen without consent'
    }) }}
{% endmacro %}
