"""The golden record against a second implementation of its rules, value by value."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import duckdb
import pandas as pd
import pytest
from conftest import ROOT, Project

SEED = ROOT / "seeds" / "survivorship_rules.csv"
ATTRIBUTES = [
    "email", "phone", "first_name", "last_name", "gender", "marital_status", "address", "city",
    "region", "postal_code", "country", "language", "loyalty_number", "acquisition_channel",
    "extra_attributes", "income", "household_size", "latitude", "longitude", "birth_date",
]  # fmt: skip
MODELS = "int_survivorship_rules int_attribute_survivors int_customers_resolved int_households"
MARTS = "customers golden_record_sources"


@dataclass
class Rules:
    """Rules by attribute: (rule, tie rule), and the attribute each survives with."""

    rules: dict[str, tuple[str, str]]
    leaders: dict[str, str] = field(default_factory=dict)
    source_priority: tuple[str, ...] = ()

    def groups(self) -> dict[str, list[str]]:
        """Return the attributes that survive together by the one that leads them."""
        found = defaultdict(list)
        for attribute in ATTRIBUTES:
            found[self.leaders.get(attribute, attribute)].append(attribute)
        return found


def seeded() -> Rules:
    """Return the rules that covey ships."""
    with SEED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Rules(
        {row["attribute"]: (row["rule"], row["tie_rule"]) for row in rows if row["rule"]},
        {row["attribute"]: row["survives_with"] for row in rows if row["survives_with"]},
    )


OTHERS = Rules(
    {
        "email": ("source_priority", "oldest"),
        "phone": ("most_frequent", "source_priority"),
        "first_name": ("longest", "oldest"),
        "last_name": ("most_recent", "longest"),
        "city": ("most_frequent", "most_recent"),
        "birth_date": ("oldest", "source_priority"),
        "income": ("source_priority", "most_frequent"),
    },
    {"postal_code": "city", "country": "city", "latitude": "longitude"},
    ("store", "shop"),
)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries, nulls as None."""
    frame = connection.execute(sql).df()
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def known(value: Any) -> str | None:
    """Return a value as it is compared, None where there is none."""
    if value is None or str(value) == '{"x_store_card_colour":null}':
        return None
    return str(value).lower()


def survivor(
    records: list[dict[str, Any]], leader: str, members: list[str], rules: Rules
) -> dict[str, Any] | None:
    """Return the record that a group of attributes survives from, None where no record has any."""
    candidates = [row for row in records if any(known(row[name]) for name in members)]
    if not candidates:
        return None
    if any(known(row[leader]) for row in candidates):
        candidates = [row for row in candidates if known(row[leader])]
    else:
        parts = [sum(known(row[name]) is not None for name in members) for row in candidates]
        candidates = [
            row for row, count in zip(candidates, parts, strict=True) if count == max(parts)
        ]
    votes = Counter(known(row[leader]) for row in candidates)
    never = pd.Timestamp.min

    def score(row: dict[str, Any], rule: str) -> Any:
        if rule == "oldest":
            return (row["created_at"] is not None, -(row["created_at"] or never).value)
        if rule == "most_frequent":
            return votes[known(row[leader])]
        if rule == "longest":
            return len(known(row[leader]) or "")
        if rule == "source_priority":
            ranking = list(rules.source_priority)
            system = row["source_system"]
            return -(ranking.index(system) if system in ranking else len(ranking))
        return row["updated_at"] or row["created_at"] or never

    rule, tie_rule = rules.rules.get(leader, ("most_recent", "most_recent"))
    return max(
        candidates,
        key=lambda row: (
            score(row, rule),
            score(row, tie_rule),
            score(row, "most_recent"),
            row["source_system"],
            row["customer_id"],
        ),
    )


@dataclass
class Compared:
    """What was built and what the rules say, each by customer and attribute."""

    values: dict[tuple[str, str], Any]
    expected_values: dict[tuple[str, str], Any]
    sources: dict[tuple[str, str], tuple[Any, ...]]
    expected_sources: dict[tuple[str, str], tuple[Any, ...]]


def compare(project: Project, rules: Rules) -> Compared:
    """Work the golden record out again from the staged CRM records."""
    with duckdb.connect(str(project.database), read_only=True) as connection:
        records = rows_of(
            connection,
            """
            select int_identities.customer_key, stg_customers.*
            from covey_personal.stg_customers as stg_customers
            inner join covey_personal.int_identities as int_identities
                on int_identities.node
                    = 'customer_id:' || stg_customers.source_system || ':' || customer_id
            order by customer_key, hash(customer_id)
            """,
        )
        customers = rows_of(connection, "from covey_personal.customers")
        sources = rows_of(connection, "from covey_personal.golden_record_sources")
    found = Compared({}, {}, {}, {})
    for row in customers:
        for name in ATTRIBUTES:
            if row[name] is not None:
                found.values[row["customer_key"], name] = row[name]
    for row in sources:
        found.sources[row["customer_key"], row["attribute"]] = (
            row["attribute_group"], row["rule"], row["source_system"], row["customer_id"],
            row["record_count"], row["distinct_value_count"], row["is_contested"],
            row["last_updated_at"],
        )  # fmt: skip
    for key, rows_of_customer in groupby(records, lambda row: row["customer_key"]):
        own = list(rows_of_customer)
        for leader, members in rules.groups().items():
            record = survivor(own, leader, members, rules)
            for name in members:
                if record is None or known(record[name]) is None:
                    continue
                values = [known(row[name]) for row in own if known(row[name]) is not None]
                found.expected_values[key, name] = record[name]
                found.expected_sources[key, name] = (
                    leader, rules.rules.get(leader, ("most_recent", ""))[0],
                    record["source_system"], record["customer_id"], len(values),
                    len(set(values)), len(set(values)) > 1,
                    record["updated_at"] or record["created_at"],
                )  # fmt: skip
    return found


def assert_equal_records(found: Compared) -> None:
    """Each value and each source is the expected one."""
    assert found.values == found.expected_values
    assert found.sources == found.expected_sources


def test_every_value_is_what_the_rules_say(built: Project) -> None:
    found = compare(built, seeded())
    assert_equal_records(found)
    assert len(found.sources) > 50_000
    assert sum(source[6] for source in found.sources.values()) > 1_000


@pytest.fixture(scope="module")
def other(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the golden record by other rules, with households."""
    project = built.copy(tmp_path_factory.mktemp("other"))
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("delete from covey_seeds.survivorship_rules")
        connection.executemany(
            "insert into covey_seeds.survivorship_rules values (?, ?, ?, null)",
            [(name, *rules) for name, rules in OTHERS.rules.items()],
        )
        connection.executemany(
            "insert into covey_seeds.survivorship_rules values (?, null, null, ?)",
            list(OTHERS.leaders.items()),
        )
    project.dbt(
        "build",
        "--exclude-resource-type", "unit_test",
        "--select", *MODELS.split(), *MARTS.split(),
        variables={
            "covey_source_priority": list(OTHERS.source_priority),
            "covey_household_by": ["address", "postal_code", "country"],
            "covey_household_max_customers": 3,
        },
    )  # fmt: skip
    return project


def test_the_rules_are_what_the_seed_says(other: Project) -> None:
    assert_equal_records(compare(other, OTHERS))


def test_households_are_customers_with_the_same_address(built: Project, other: Project) -> None:
    assert built.query("select count(household_key) from covey_personal.customers") == [(0,)]
    rows = other.query(
        """select household_key, lower(concat_ws('|', address, postal_code, country)),
            address is null or postal_code is null or country is null
        from covey_personal.customers"""
    )
    sizes = Counter(text for _, text, is_incomplete in rows if not is_incomplete)
    keys: dict[str, str] = {}
    for household_key, text, is_incomplete in rows:
        assert (household_key is None) is (is_incomplete or sizes[text] > 3)
        if household_key is not None:
            assert keys.setdefault(text, household_key) == household_key
    assert len(set(keys.values())) == len(keys) > 1_000
    assert any(size > 1 for size in sizes.values())


def test_a_household_by_an_unknown_attribute_is_refused(empty: Project) -> None:
    done = empty.dbt("parse", variables={"covey_household_by": ["adress"]}, ok=False)
    said = " ".join(done.stdout.split())
    assert 'names "adress", which is no attribute of a customer. Did you mean "address"?' in said


@pytest.mark.parametrize("name", ["covey_household_by", "covey_source_priority"])
def test_a_text_where_a_list_must_be_is_refused(empty: Project, name: str) -> None:
    done = empty.dbt("parse", variables={name: "address"}, ok=False)
    assert f"{name} must be a list, and is a text: address" in " ".join(done.stdout.split())


def test_the_seed_has_a_row_for_each_attribute() -> None:
    rules = seeded()
    assert set(rules.rules) | set(rules.leaders) == set(ATTRIBUTES)
    listed = (ROOT / "macros/identity/customer_attributes.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"'(\w+)'", listed)) == set(ATTRIBUTES)
