"""Data tests must be able to fail: each class of them is shown a fault that it has to report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Project

DEMO = ROOT / "data" / "demo"


@dataclass(frozen=True)
class Fault:
    """A fault in a built warehouse, and the test that has to report it.

    `reported_by` is the name of a singular test, or model and generic test.
    """

    sql: str
    reported_by: str | tuple[str, str]


FAULTS = {
    "a value that must be there is missing": Fault(
        "update covey_personal.identities set confidence = null where id_type = 'phone'",
        ("identities", "never_null"),
    ),
    "a customer stands twice": Fault(
        "insert into covey_personal.customers from covey_personal.customers limit 1",
        ("customers", "unique"),
    ),
    "a consent stands twice": Fault(
        "insert into covey_marts.consent_status from covey_marts.consent_status limit 1",
        ("consent_status", "unique_key"),
    ),
    "a code that is none": Fault(
        "update covey_personal.customers set gender = 'F' where gender = 'female'",
        ("customers", "accepted_values"),
    ),
    "a tactic nobody knows": Fault(
        "update covey_marts.segment_tactics set tactic_id = 'nonesuch' where priority = 2",
        ("segment_tactics", "relationships"),
    ),
    "a probability over one": Fault(
        "update covey_segmentation.customer_segments set probability = 1.5 where segment_id = '1'",
        ("customer_segments", "between"),
    ),
    "shares that do not add up": Fault(
        "update covey_marts.segments set customer_share = customer_share * 1.01",
        ("segments", "sums_to_one"),
    ),
    "a row lost on the way in": Fault(
        """update covey_marts.source_reconciliation set kept_rows = kept_rows - 1
        where input = 'orders'""",
        ("source_reconciliation", "true_for_all"),
    ),
    "rows lost before they were counted": Fault(
        """update covey_marts.source_reconciliation
        set raw_rows = raw_rows - 1, kept_rows = kept_rows - 1
        where input = 'messages' and period_start_date is not null""",
        "assert_every_input_row_is_accounted_for",
    ),
    "a table without rows": Fault(
        "delete from covey_marts.personas",
        ("personas", "has_rows"),
    ),
    "a customer without a segment": Fault(
        """delete from covey_segmentation.customer_segments where customer_key = (
            select min(customer_key) from covey_segmentation.customer_segments
        )""",
        "assert_every_profiled_customer_has_a_segment",
    ),
    "two candidates chosen": Fault(
        "update covey_segmentation.segmentation_candidates set is_chosen = true where k <= 3",
        "assert_one_candidate_is_chosen",
    ),
    "a suppressed tactic first": Fault(
        """update covey_marts.customer_tactics set rank = -1
        where suppression_reason = 'recent purchase'""",
        "assert_usable_tactics_come_first",
    ),
    "a tactic with a token that nobody fills": Fault(
        """update covey_marts.tactics set message_template = 'Dear {{nobody}}'
        where tactic_id = 'vip_preview'""",
        "assert_tactics_can_be_followed",
    ),
    "a tactic for an RFM segment that is none": Fault(
        """update covey_seeds.tactic_matrix set rfm_segment = 'Nobodies'
        where rfm_segment = 'Champions'""",
        "assert_tactic_rules_name_what_there_is",
    ),
    "a name for a segment that is none": Fault(
        """insert into covey_seeds.persona_overrides (segmentation, segment_id, persona_name)
        values ('behaviour', '99', 'Nobodies')""",
        "assert_persona_overrides_name_segments",
    ),
    "an audience without consent": Fault(
        """update covey_marts.consent_status set is_granted = false
        where purpose = 'marketing' and channel = 'email'""",
        "assert_audience_members_have_consent",
    ),
    "a tactic chosen without consent": Fault(
        """update covey_marts.consent_status set is_granted = false
        where purpose = 'marketing' and channel = 'post'""",
        "assert_chosen_tactics_have_a_basis",
    ),
    "a regime that is none": Fault(
        "update covey_seeds.consent_regimes set regime = 'maybe' where jurisdiction = 'EU'",
        "assert_consent_regimes_can_be_followed",
    ),
    "triggers that nobody is told of": Fault(
        "delete from covey_marts.customer_triggers where status = 'active'",
        "assert_live_triggers_are_complete",
    ),
    "a format that the vendor does not take": Fault(
        "update covey_activation.int_destinations set format = 'xml' where vendor = 'adobe_target'",
        "assert_destinations_can_be_exported",
    ),
    "a member who is not sent": Fault(
        """delete from covey_activation.export_generic where customer_key = (
            select min(customer_key) from covey_activation.export_generic
        )""",
        "assert_exports_hold_who_is_sent",
    ),
    "a feature that is not built": Fault(
        """insert into covey_seeds.feature_catalog (feature, feature_group)
        values ('shoe_size', 'demographic')""",
        "assert_catalog_lists_every_feature",
    ),
    "a model with a feature that the scoring does not know": Fault(
        """insert into covey_segmentation.segment_model_parameters
        select segmentation, model_id, part, parameter, 'shoe_size', segment_id, term, value
        from covey_segmentation.segment_model_parameters
        where parameter = 'scale' and feature = 'monetary'""",
        "assert_scoring_knows_every_parameter",
    ),
    "a personal value in the profile": Fault(
        """update covey_marts.input_profile set max_value = 'ada@example.com'
        where input = 'customers' and column_name = 'email'""",
        ("input_profile", "true_for_all"),
    ),
    "a customer taken off the list for review": Fault(
        "delete from covey_segmentation.customer_outlier_reviews where review_rank = 3",
        "assert_outlier_reviews_are_the_share_asked_for",
    ),
    "a value winsorised where it is kept": Fault(
        """update covey_features.customer_features set average_order_value = 400
        where average_order_value > 400""",
        "assert_raw_values_survive",
    ),
    "a buyer without a lifetime value": Fault(
        """delete from covey_marts.customer_lifetime_value where customer_key = (
            select min(customer_key) from covey_marts.customer_lifetime_value
        )""",
        "assert_every_buyer_has_a_lifetime_value",
    ),
    "a refused row thrown away": Fault(
        """delete from covey_personal.quarantined_records
        where input = 'orders' and reason = 'no identifier'""",
        "assert_quarantine_is_reconciled",
    ),
    "money that disappears": Fault(
        "update covey_personal.customers set lifetime_value = lifetime_value * 0.999",
        "assert_money_survives",
    ),
    "a value taken from a record that has another": Fault(
        """update covey_personal.golden_record_sources set customer_id = 'nonesuch'
        where attribute = 'phone' and is_contested""",
        "assert_customer_values_have_a_source",
    ),
    "a rule of survivorship that nobody knows": Fault(
        """update covey_seeds.survivorship_rules set rule = 'newest' where attribute = 'email'""",
        "assert_survivorship_rules_can_be_followed",
    ),
    "two people under one key": Fault(
        """with keys as (
            select min(customer_key) as low, max(customer_key) as high
            from covey_personal.int_identity_people
        )
        update covey_personal.int_identity_people as people
        set customer_key = keys.high from keys where people.customer_key = keys.low""",
        "assert_no_two_people_share_a_key",
    ),
    "a cell of an RFM grid without a name": Fault(
        """update covey_seeds.rfm_grids set recency_to = 1
        where grid = 'grid10' and rfm_segment = 'Hibernating'""",
        "assert_rfm_grids_cover_each_cell_once",
    ),
    "an order counted twice": Fault(
        """insert into covey_intermediate.int_orders_resolved
        from covey_intermediate.int_orders_resolved limit 1""",
        "assert_orders_are_resolved_once",
    ),
    "somebody who should be forgotten": Fault(
        """insert into covey_personal.identities
        select
            '(any)', 'email', erasure_requests.identifier, identities.customer_key, 'exact', 1.0
        from covey_personal.stg_erasure_requests as erasure_requests
        cross join (from covey_personal.identities limit 1) as identities
        where erasure_requests.identifier_type = 'email'
        limit 1""",
        "assert_no_erased_person_remains",
    ),
}


@pytest.fixture(scope="module")
def failed(built: Project, tmp_path_factory: pytest.TempPathFactory) -> set[str | tuple[str, str]]:
    """Return what `dbt test` reports once every fault is in the warehouse."""
    project = built.copy(tmp_path_factory.mktemp("faulty"))
    with duckdb.connect(str(project.database)) as connection:
        for name, fault in FAULTS.items():
            changed = connection.execute(fault.sql).fetchall()[0][0]
            assert changed > 0, f"{name}: the fault changes nothing"
    project.dbt("test", "--exclude-resource-type", "unit_test", ok=False)
    statuses = project.statuses()
    reported: set[str | tuple[str, str]] = set()
    for key, node in project.manifest()["nodes"].items():
        if node["resource_type"] != "test" or statuses.get(key.split(".", 2)[2]) not in (
            "fail",
            "warn",
        ):
            continue
        if node.get("test_metadata"):
            reported.add((node["attached_node"].split(".")[-1], node["test_metadata"]["name"]))
        else:
            reported.add(node["name"])
    return reported


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported(failed: set[str | tuple[str, str]], name: str) -> None:
    assert FAULTS[name].reported_by in failed


def test_every_class_of_test_is_shown_a_fault(built: Project) -> None:
    used = set()
    for node in built.manifest()["nodes"].values():
        if node["resource_type"] == "test":
            used.add((node.get("test_metadata") or {"name": node["name"]})["name"])
    shown = {
        fault.reported_by if isinstance(fault.reported_by, str) else fault.reported_by[1]
        for fault in FAULTS.values()
    }
    assert used == shown


SPOILED_INPUTS = {
    "orders": [
        "select * replace (cast(ordered_at as varchar) as ordered_at) from {clean}",
        """select * replace (null as order_id, cast(ordered_at as varchar) as ordered_at)
        from {some} limit 5""",
        """select * replace ('soon' as ordered_at, 'X' || order_id as order_id)
        from {some} limit 3""",
        """select * replace (
            cast('nan' as double) as net_amount,
            'Y' || order_id as order_id,
            cast(ordered_at as varchar) as ordered_at
        ) from {some} limit 2""",
        "select * replace (cast(ordered_at as varchar) as ordered_at) from {some} limit 7",
    ],
    "consents": [
        "from {clean}",
        "select * replace ('perhaps' as status) from {some} limit 4",
    ],
    "web_events": [
        "from {clean}",
        """select * replace (null as anonymous_id, null as user_id, 'Z' || event_id as event_id)
        from {some} limit 6""",
        "from {some} limit 8",
    ],
    "products": [
        "from {clean}",
        "select * replace (null as product_id) from {some} limit 1",
    ],
}

INJECTED = {
    ("orders", "order_id is missing"): 5,
    ("orders", "ordered_at does not parse"): 3,
    ("orders", "net_amount is not a finite number"): 2,
    ("consents", "unknown status"): 4,
    ("web_events", "no identifier"): 6,
    ("products", "product_id is missing"): 1,
}

REPEATED = {"orders": 7, "web_events": 8}

KEYS = {
    "orders": "order_id",
    "consents": "identifier",
    "web_events": "event_id",
    "products": "name",
}


@pytest.fixture(scope="module")
def spoiled(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the staging of the bundled data with bad rows added to four inputs."""
    folder = tmp_path_factory.mktemp("spoiled")
    project = built.copy(folder)
    data = folder / "data"
    data.mkdir()
    for path in DEMO.glob("*.parquet"):
        (data / path.name).symlink_to(path)
    for name, parts in SPOILED_INPUTS.items():
        (data / f"{name}.parquet").unlink()
        clean = f"'{DEMO}/{name}.parquet'"
        # Rows that staging keeps as they are, so that each added row has one fault.
        some = f"""(
            select source.* from {clean} as source
            semi join covey_personal.stg_{name} as kept on source.{KEYS[name]} = kept.{KEYS[name]}
            order by all
        )"""
        sql = " union all ".join(f"({part.format(clean=clean, some=some)})" for part in parts)
        with duckdb.connect(str(built.database), read_only=True) as connection:
            connection.execute(f"copy ({sql}) to '{data}/{name}.parquet'")
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            "update covey_personal.quarantined_records set first_seen_date = date '2020-02-29'"
        )
    project.dbt(
        "build",
        "--full-refresh",
        "--select",
        "path:models/staging",
        "path:models/intermediate/inputs",
        "path:models/marts/quality",
        variables=project.reading(data),
    )
    return project


def test_each_bad_row_is_quarantined_with_its_reason(built: Project, spoiled: Project) -> None:
    sql = "select input, reason, count(*) from covey_personal.quarantined_records group by all"
    more: dict[tuple[str, str], int] = defaultdict(int)
    for sign, project in [(1, spoiled), (-1, built)]:
        for name, reason, rows in project.query(sql):
            more[(name, reason)] += sign * rows
    assert {key: rows for key, rows in more.items() if rows} == INJECTED


def test_a_refused_row_keeps_the_date_it_was_first_seen(built: Project, spoiled: Project) -> None:
    sql = """
        select first_seen_date = date '2020-02-29', count(*)
        from covey_personal.quarantined_records
        group by all
    """
    [(known_rows,)] = built.query("select count(*) from covey_personal.quarantined_records")
    assert dict(spoiled.query(sql)) == {True: known_rows, False: sum(INJECTED.values())}


def test_repeats_are_duplicates_and_every_row_is_counted(built: Project, spoiled: Project) -> None:
    sql = """
        select
            input, sum(raw_rows), sum(kept_rows), sum(duplicate_rows), sum(quarantined_rows)
        from covey_marts.source_reconciliation
        group by input
    """
    before = {name: counts for name, *counts in built.query(sql)}
    after = {name: counts for name, *counts in spoiled.query(sql)}
    for name, (raw, kept, duplicates, quarantined) in after.items():
        assert raw == kept + duplicates + quarantined
        assert kept == before[name][1]
        assert duplicates - before[name][2] == REPEATED.get(name, 0)


def test_values_that_do_not_parse_are_profiled(spoiled: Project) -> None:
    assert spoiled.query(
        """
        select column_name, unparsable_count
        from covey_marts.input_profile
        where input = 'orders' and unparsable_count > 0 and previous_run_id is not null
        """
    ) == [("ordered_at", INJECTED["orders", "ordered_at does not parse"])]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"covey_orders_columns": {"ordred_at": "placed_at"}},
            ["covey_orders_columns", "ordred_at", '"ordered_at"'],
        ),
        (
            {"covey_orders_relation": f"(select order_id from '{DEMO}/orders.parquet')"},
            ["orders", "ordered_at", "which is required", "order_id"],
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(
    built: Project, tmp_path: Path, variables: dict[str, object], words: list[str]
) -> None:
    project = built.copy(tmp_path)
    done = project.dbt("run", "--select", "base_orders", variables=variables, ok=False)
    for word in words:
        assert word in done.stdout
