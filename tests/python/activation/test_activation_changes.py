"""What the tools are told, run after run, against what they were told before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))
from activation_cases import Pipeline

CHANGES = """
    select audience_id, customer_key, change_type, exit_reason
    from audience_changes
    where destination_id = '{}'
    order by all
"""
PEOPLE = ("ann", "bob", "cy")


def add_person(pipeline: Pipeline, key: str, segment_id: str = "1", value: float = 1) -> None:
    pipeline.add(
        "customers",
        (key, f"{key}@example.com", None, key, None, None, None, "DE", "de", value),
    )
    pipeline.add("customer_segments", ("behaviour", segment_id, key))
    pipeline.add("int_consents_current", (key, "marketing", "email", "consent", True, None))


@pytest.fixture
def pipeline() -> Pipeline:
    """Three people in one segment, and a destination of each kind."""
    made = Pipeline()
    made.destination("lists", "meta_custom_audience")
    made.destination("google", "google_customer_match", needs="email|phone")
    made.destination("profiles", "adobe_target")
    made.destination("members", "mailchimp", needs="email")
    for key in PEOPLE:
        add_person(made, key)
    return made


def changes(pipeline: Pipeline, destination_id: str = "lists"):
    return pipeline.rows(CHANGES.format(destination_id))


def test_what_was_never_confirmed_is_sent_again(pipeline):
    pipeline.run(until="audience_changes")
    entered = [("segment_behaviour_1", key, "enter", None) for key in PEOPLE]
    assert changes(pipeline) == entered
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == entered
    pipeline.confirm("lists")
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == []
    assert changes(pipeline, "google") == entered


def test_a_withdrawn_consent_is_an_exit_and_a_new_customer_an_entry(pipeline):
    pipeline.run(until="audience_changes")
    pipeline.confirm("lists")
    pipeline.execute(
        "update int_consents_current set is_granted = false where customer_key = 'bob'"
    )
    add_person(pipeline, "dee")
    pipeline.run(until="audience_changes")
    wanted = [
        ("segment_behaviour_1", "bob", "exit", "no consent"),
        ("segment_behaviour_1", "dee", "enter", None),
    ]
    assert changes(pipeline) == wanted
    # Not confirmed: told again, until somebody says that it was heard.
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == wanted
    pipeline.confirm("lists")
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == []


def test_an_erased_person_is_an_exit_once_and_then_gone(pipeline):
    pipeline.run()
    for destination_id in ("lists", "google", "profiles", "members"):
        pipeline.confirm(destination_id)
    for table in ("customers", "customer_segments", "int_consents_current"):
        pipeline.execute(f"delete from {table} where customer_key = 'ann'")
    pipeline.run()
    assert changes(pipeline) == [("segment_behaviour_1", "ann", "exit", "erased")]
    # By what each tool knows of her; nothing else of her is left to tell.
    assert pipeline.rows(
        "select extern_id, email from export_meta_custom_audience where operation = 'remove'"
    ) == [("ann", None)]
    assert pipeline.rows(
        "select email = sha256('ann@example.com'), phone, first_name, country"
        " from export_google_customer_match where operation = 'remove'"
    ) == [(True, None, None, None)]
    assert pipeline.rows(
        "select subscriber_hash = md5('ann@example.com'), payload like '%\"tags\":[]%'"
        " from export_mailchimp where operation = 'remove'"
    ) == [(True, True)]
    assert pipeline.rows(
        "select covey_audiences, covey_segment from export_adobe_target where operation = 'remove'"
    ) == [("%28none%29", "%28none%29")]
    for destination_id in ("lists", "google", "profiles", "members"):
        pipeline.confirm(destination_id)
    pipeline.run()
    assert pipeline.rows("from int_exported_members where customer_key = 'ann'") == []
    assert pipeline.rows("from audience_changes") == []


def test_a_merged_customer_leaves_under_the_old_key(pipeline):
    pipeline.run(until="audience_changes")
    pipeline.confirm("lists")
    for table in ("customers", "customer_segments", "int_consents_current"):
        pipeline.execute(f"delete from {table} where customer_key = 'bob'")
    pipeline.add("customer_key_aliases", ("bob", "ann"))
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == [("segment_behaviour_1", "bob", "exit", "merged")]


def test_a_changed_attribute_is_an_update_where_it_is_sent(pipeline):
    pipeline.run()
    for destination_id in ("lists", "google", "profiles", "members"):
        pipeline.confirm(destination_id)
    pipeline.execute("update customers set city = 'Rome' where customer_key = 'ann'")
    pipeline.run()
    assert changes(pipeline) == [("segment_behaviour_1", "ann", "update", None)]
    # Google is sent no city, Adobe nothing personal.
    assert changes(pipeline, "google") == changes(pipeline, "profiles") == []
    assert pipeline.rows(
        "select operation from export_meta_custom_audience where change_type = 'update' order by 1"
    ) == [("add",), ("remove",)]


def test_a_changed_address_is_removed_as_it_was_sent(pipeline):
    pipeline.run()
    pipeline.confirm("google")
    pipeline.confirm("members")
    pipeline.execute("update customers set email = 'ann@new.example' where customer_key = 'ann'")
    pipeline.run()
    hashes = "select operation, {} from {} where change_type = 'update' order by operation"
    assert pipeline.rows(
        hashes.format(
            "email = sha256(if(operation = 'add', 'ann@new.example', 'ann@example.com'))",
            "export_google_customer_match",
        )
    ) == [("add", True), ("remove", True)]
    assert pipeline.rows(
        hashes.format(
            "subscriber_hash = md5(if(operation = 'add', 'ann@new.example', 'ann@example.com'))",
            "export_mailchimp",
        )
    ) == [("add", True), ("remove", True)]


def test_a_value_that_became_null_overwrites_nothing(pipeline):
    pipeline.destination("braze", "braze")
    pipeline.destination("hubspot", "hubspot")
    pipeline.destination("sfmc", "salesforce_marketing_cloud")
    pipeline.run()
    for destination_id in ("braze", "hubspot", "sfmc"):
        pipeline.confirm(destination_id)
    pipeline.execute("update customers set first_name = null where customer_key = 'ann'")
    pipeline.run()
    ((payload,),) = pipeline.rows("select payload from export_braze where change_type = 'update'")
    assert "first_name" not in payload
    assert "null" not in payload
    assert pipeline.rows("select firstname from export_hubspot where customer_key = 'ann'") == [
        (None,)
    ]
    assert pipeline.rows(
        "select first_name from export_salesforce_marketing_cloud where customer_key = 'ann'"
    ) == [("(none)",)]


def test_who_moves_to_another_segment_leaves_one_audience_for_another(pipeline):
    pipeline.run()
    pipeline.confirm("lists")
    pipeline.confirm("profiles")
    pipeline.execute("update customer_segments set segment_id = '2' where customer_key = 'ann'")
    pipeline.run()
    assert changes(pipeline) == [
        ("segment_behaviour_1", "ann", "exit", "left"),
        ("segment_behaviour_2", "ann", "enter", None),
    ]
    assert pipeline.rows(
        "select change_type, covey_audiences, covey_segment from export_adobe_target"
        " where customer_key = 'ann'"
    ) == [("update", "segment_behaviour_2", "Bargain")]


def test_a_destination_that_is_switched_off_keeps_what_it_was_sent(pipeline):
    pipeline.run(until="audience_changes")
    pipeline.confirm("lists")
    pipeline.execute("update destinations set is_enabled = false where destination_id = 'lists'")
    pipeline.execute("delete from customer_segments where customer_key = 'bob'")
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == []
    pipeline.execute("update destinations set is_enabled = true where destination_id = 'lists'")
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == [("segment_behaviour_1", "bob", "exit", "left")]


def test_holdouts_are_left_out_or_flagged():
    pipeline = Pipeline(covey_segment_holdout_share=0.3)
    pipeline.destination("left_out", "adobe_target")
    pipeline.destination("flagged", "adobe_target", holdouts="flagged")
    people = [f"person{number:03d}" for number in range(200)]
    for key in people:
        add_person(pipeline, key)
    pipeline.run()
    held_out = {key for (key,) in pipeline.rows(
        "select customer_key from audience_members where is_holdout"
    )}  # fmt: skip
    assert 40 <= len(held_out) <= 80
    sent = pipeline.rows("from export_adobe_target where destination_id = 'left_out'")
    assert {row[1] for row in sent} == set(people) - held_out
    flagged = pipeline.rows(
        "select customer_key, covey_audiences, covey_holdouts, covey_segment"
        " from export_adobe_target where destination_id = 'flagged'"
    )
    assert {row[0] for row in flagged} == set(people)
    nothing = "%28none%29"
    for key, audiences, holdouts, segment in flagged:
        wanted = (nothing, "segment_behaviour_1", nothing)
        if key not in held_out:
            wanted = ("segment_behaviour_1", nothing, "Loyal")
        assert (audiences, holdouts, segment) == wanted
    # Whoever changes the segment stays held out.
    pipeline.execute("update customer_segments set segment_id = '2'")
    pipeline.run()
    assert held_out == {
        key
        for (key,) in pipeline.rows("select customer_key from audience_members where is_holdout")
    }


def test_every_member_is_accounted_for():
    pipeline = Pipeline(covey_segment_holdout_share=0.2)
    pipeline.destination("crm", "hubspot", needs="email", max_customers=50)
    for number in range(120):
        add_person(pipeline, f"person{number:03d}", value=number)
    pipeline.execute("update customers set email = null where customer_key like '%7'")
    pipeline.run()
    ((members, sent, customers, held_out, no_identifier, over_limit),) = pipeline.rows(
        """
        select member_count, sent_count, sent_customer_count, held_out_count,
            no_identifier_count, over_limit_count
        from export_manifests
        """
    )
    assert members == 120 == sent + held_out + no_identifier + over_limit
    assert sent == customers == 50
    assert min(held_out, no_identifier, over_limit) > 0
    # The contract takes those of the highest value.
    ((least,),) = pipeline.rows(
        "select min(lifetime_value) from customers"
        " semi join export_hubspot on export_hubspot.customer_key = customers.customer_key"
    )
    ((most_left,),) = pipeline.rows(
        "select max(lifetime_value) from customers semi join int_export_members as members"
        " on members.customer_key = customers.customer_key and members.outcome = 'over limit'"
    )
    assert most_left < least


def test_an_export_can_be_confirmed_after_others_came(pipeline):
    pipeline.run(until="audience_changes")
    pipeline.execute("delete from customer_segments where customer_key = 'bob'")
    pipeline.run(until="audience_changes")
    add_person(pipeline, "dee")
    pipeline.run(until="audience_changes")
    pipeline.confirm("lists", export_number=1)
    pipeline.run(until="audience_changes")
    assert changes(pipeline) == [
        ("segment_behaviour_1", "bob", "exit", "left"),
        ("segment_behaviour_1", "dee", "enter", None),
    ]


def test_what_is_never_confirmed_is_not_kept_for_ever():
    pipeline = Pipeline(covey_unconfirmed_exports=3)
    pipeline.destination("lists", "meta_custom_audience")
    add_person(pipeline, "ann")
    for number in range(8):
        pipeline.execute(f"update customers set city = 'city {number}'")
        pipeline.run(until="audience_changes")
    assert pipeline.rows(
        "select first_export_number, last_export_number from int_exported_members order by 1"
    ) == [(6, 6), (7, 7), (8, None)]


@st.composite
def days(draw):
    """Draw days of (segment of each person or none, which export is confirmed or none)."""
    people = st.fixed_dictionaries({key: st.sampled_from(["1", "2", None]) for key in PEOPLE})
    return draw(st.lists(st.tuples(people, st.booleans()), min_size=1, max_size=6))


@settings(max_examples=12)
@given(days())
def test_changes_turn_what_was_confirmed_into_what_is(days):
    pipeline = Pipeline()
    pipeline.destination("lists", "meta_custom_audience")
    for key in PEOPLE:
        add_person(pipeline, key)
    confirmed: set[tuple[str, str]] = set()
    for segments, is_heard in days:
        pipeline.execute("delete from customer_segments")
        for key, segment_id in segments.items():
            if segment_id:
                pipeline.add("customer_segments", ("behaviour", segment_id, key))
        pipeline.run(until="audience_changes")
        present = {(f"segment_behaviour_{s}", key) for key, s in segments.items() if s}
        told = {(audience, key, change) for audience, key, change, _ in changes(pipeline)}
        assert told == {(*entry, "enter") for entry in present - confirmed} | {
            (*entry, "exit") for entry in confirmed - present
        }
        if is_heard:
            pipeline.confirm("lists")
            confirmed = present
