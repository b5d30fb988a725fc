"""Consent: what covey says against an implementation of its own, and what a change of mind does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from conftest import ROOT, Project

CONSENTS = ROOT / "data" / "demo" / "consents.parquet"
MESSAGES = ROOT / "data" / "demo" / "messages.parquet"
CHANNELS = ["email", "sms", "push", "phone", "post", "ads", "web"]
DAY = pd.Timedelta(days=1)
# What the law allows without consent, as seeds/consent_regimes.csv has it, in words of its own:
# place -> channel of marketing or other purpose -> months since the last order, none for everybody.
ALLOWED: dict[str, dict[str, int | None]] = {
    "EU": {"post": 36},
    "UK": {"post": 36},
    "US": {
        "analytics": None, "profiling": None, "email": None, "post": None, "ads": None,
        "web": None, "phone": 18,
    },
    "unknown": {},
}  # fmt: skip
RELATIONS = {
    "customers": "select customer_key, country from {customers}",
    "identities": "select id_type, source_system, id_value, customer_key from {identities}",
    "status": "select * from {consent_status}",
}


def frame(project: Project, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        return connection.execute(sql.format(**project.public_tables())).df()


def keys_of(frame_: pd.DataFrame, identities: pd.DataFrame) -> pd.DataFrame:
    """Add the customer to rows of identifier_type, source_system and identifier."""
    is_email = frame_["identifier_type"] == "email"
    tidy = frame_["identifier"].str.strip()
    named = frame_.assign(
        id_type=frame_["identifier_type"],
        source_system=frame_["source_system"].fillna("shop").where(~is_email, "(any)"),
        id_value=tidy.str.lower().where(is_email, tidy),
    )
    return named.merge(identities, on=["id_type", "source_system", "id_value"])


def place_of(name: str | None) -> str:
    if name in ("EU", "DE", "AT", "FR"):
        return "EU"
    return {"UK": "UK", "GB": "UK", "US": "US"}.get(name or "", "unknown")


def granted(project: Project, *, until: pd.Timestamp) -> set[tuple[str, str, str]]:
    """Return who has a basis for what, worked out one customer and question at a time."""
    identities = frame(project, RELATIONS["identities"])
    customers = frame(project, RELATIONS["customers"])
    raw = keys_of(pd.read_parquet(CONSENTS), identities)
    raw = raw[raw["status"].isin(["granted", "denied", "withdrawn"])]
    raw = raw[raw["changed_at"] < until - DAY]
    left = pd.read_parquet(MESSAGES)
    left = left[left["event_type"].str.lower().isin(["unsubscribe", "complaint"])]
    left = left[left["occurred_at"] < until - DAY]
    by_id = left["customer_id"].notna()
    left = keys_of(
        left.assign(
            identifier_type=by_id.map({True: "customer_id", False: "email"}),
            identifier=left["customer_id"].where(by_id, left["email"]),
            source_system="shop",
        ),
        identities,
    )
    answers: dict[tuple[str, str, str], list[tuple[Any, bool, Any]]] = {}
    places: dict[str, set[str]] = {
        key: {place_of(None if pd.isna(country) else country)}
        for key, country in customers.itertuples(index=False)
    }
    known = set(customers.loc[customers["country"].notna(), "customer_key"])
    for row in raw.itertuples(index=False):
        if row.customer_key not in known:
            places[row.customer_key].discard("unknown")
        places[row.customer_key].add(place_of(row.jurisdiction))
        channel = row.channel if row.purpose == "marketing" else "(all)"
        answer = (row.changed_at, row.status == "granted", row.expires_at)
        answers.setdefault((row.customer_key, row.purpose, channel), []).append(answer)
    for row in left.itertuples(index=False):
        question = (row.customer_key, "marketing", row.channel)
        answers.setdefault(question, []).append((row.occurred_at, False, pd.NaT))
    found = set()
    for question, given in answers.items():
        _, yes, expires = min(given, key=lambda answer: (-answer[0].value, answer[1]))
        if yes and (pd.isna(expires) or expires >= until):
            found.add(question)
    orders = frame(
        project,
        """select customer_key, max(order_date) as ordered
        from covey_intermediate.int_orders_resolved
        where not is_cancelled and not is_credit_note and customer_key is not null group by all""",
    )
    last_order = dict(orders.itertuples(index=False))
    for key, where in places.items():
        allowed = set.intersection(*(set(ALLOWED[place]) for place in where))
        for name in allowed:
            months = [ALLOWED[place][name] for place in where]
            question = (key, "marketing", name) if name in CHANNELS else (key, name, "(all)")
            fresh = all(
                month is None
                or (key in last_order
                    and last_order[key] + pd.DateOffset(months=month) >= until)
                for month in months
            )  # fmt: skip
            if question not in answers and fresh:
                found.add(question)
    return found


def test_status_is_what_the_planted_consents_say(built: Project) -> None:
    [(as_of,)] = built.query("select as_of_date from covey_intermediate.int_as_of")
    status = frame(built, RELATIONS["status"])
    ours = status[status["is_granted"]]
    found = set(ours[["customer_key", "purpose", "channel"]].itertuples(index=False, name=None))
    wanted = granted(built, until=pd.Timestamp(as_of) + 2 * DAY)
    assert len(wanted) > 14_000
    assert found == wanted


def test_every_source_of_a_status_is_there(built: Project) -> None:
    status = frame(built, RELATIONS["status"])
    counts = status.groupby(["status_source", "regime", "status"]).size()
    for combination in [
        ("recorded", "opt_in", "granted"), ("recorded", "opt_in", "expired"),
        ("recorded", "opt_out", "withdrawn"), ("message", "opt_in", "withdrawn"),
        ("regime", "opt_out", "granted"), ("regime", "opt_out", "expired"),
    ]:  # fmt: skip
        assert counts.get(combination, 0) > 0, combination
    assert not set(counts.index) & {
        ("regime", "opt_in", "granted"),
        ("message", "opt_in", "granted"),
    }


def test_the_status_is_the_last_period(built: Project) -> None:
    """A period that reaches over the time of use is granted there, and no other is."""
    assert built.query("""
        select count(*) > 20000, count(*) filter (is_granted <> is_covered)
        from (
            select
                status.is_granted,
                bool_or(
                    periods.status = 'granted'
                    and coalesce(periods.valid_from < as_of_date + 1, true)
                    and coalesce(periods.valid_to >= as_of_date + 2, true)
                ) as is_covered
            from covey_marts.consent_status as status
            join covey_marts.consent_periods as periods using (customer_key, purpose, channel)
            cross join covey_intermediate.int_as_of
            group by status.customer_key, status.purpose, status.channel, status.is_granted
        )
    """) == [(True, 0)]
    overlapping = built.query("""
        select a.customer_key
        from covey_marts.consent_periods as a
        join covey_marts.consent_periods as b using (customer_key, purpose, channel)
        where coalesce(a.valid_from, timestamp '1900-01-01') < b.valid_from
            and coalesce(a.valid_to, timestamp '2900-01-01') > b.valid_from
    """)
    assert overlapping == []


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    return built.copy(tmp_path)


REBUILT = [
    "base_consents", "exceptions_consents", "stg_consents", "path:models/intermediate/consents",
    "int_customers_profiled", "consent_status", "consent_periods", "path:models/marts/tactics",
    "audience_members",
]  # fmt: skip


def test_who_withdraws_between_two_runs_is_gone_in_the_next(
    project: Project, tmp_path: Path
) -> None:
    tables = project.public_tables()
    chosen = f"""
        select distinct customer_key from {tables["customer_tactics"]}
        where channel = 'email' and rank = 1 and not is_suppressed
    """
    members = f"select distinct customer_key from {tables['audience_members']}"
    in_mail = f"{members} where channel = 'email'"
    profiled = "select customer_key from covey_personal.int_customers_profiled"
    people = f"""
        select customer_key, source_system, id_value from {tables["identities"]}
        where id_type = 'customer_id' and customer_key in ({in_mail})
        qualify row_number() over (partition by customer_key order by id_value) = 1
        order by customer_key limit 4
    """
    by_channel, everything, unheard, no_profile = project.query(people)
    leavers = {by_channel[0], everything[0], no_profile[0]}
    rows = [
        (by_channel, "marketing", "withdrawn", "email"),
        (everything, "contact", "denied", None),
        # Of another channel: nothing changes in this one.
        (unheard, "marketing", "withdrawn", "sms"),
        (no_profile, "marketing", "withdrawn", "Carrier pigeon"),
        (no_profile, "profiling", "withdrawn", None),
    ]
    before = {key for (key,) in project.query(in_mail)}
    assert leavers < before
    assert leavers < {key for (key,) in project.query(chosen)}
    assert no_profile[0] in {key for (key,) in project.query(profiled)}

    data = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "demo", data)
    consents = pd.read_parquet(CONSENTS)
    [(as_of,)] = project.query("select as_of_date from covey_intermediate.int_as_of")
    changed = pd.DataFrame(
        [
            ("customer_id", person[2], person[1], purpose, status, channel)
            for person, purpose, status, channel in rows
        ],
        columns=["identifier_type", "identifier", "source_system", "purpose", "status", "channel"],
    ).assign(changed_at=pd.Timestamp(as_of) + 23 * pd.Timedelta(hours=1))
    later = pd.concat([consents, changed], ignore_index=True)[list(consents.columns)]
    later.to_parquet(data / CONSENTS.name, index=False)
    project.dbt("run", "--select", *REBUILT, variables=project.reading(data))

    assert {key for (key,) in project.query(in_mail)} == before - leavers
    assert not leavers & {key for (key,) in project.query(chosen)}
    assert everything[0] not in {key for (key,) in project.query(
        f"{members} where channel in ('email', 'sms', 'push', 'phone', 'post', 'ads')"
    )}  # fmt: skip
    assert no_profile[0] not in {key for (key,) in project.query(profiled)}
    assert project.query(f"""
        select distinct status, status_source, legal_basis from {tables["consent_status"]}
        where customer_key = '{everything[0]}' and purpose = 'marketing'
    """) == [("withdrawn", "recorded", "do not contact")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ZZ marketing email opt_in everybody", "no such jurisdiction"),
        ("DE adverts (any) opt_in everybody", "no such purpose"),
        ("DE marketing fax opt_in everybody", "no such channel"),
        ("DE profiling email opt_in everybody", "only marketing has channels"),
        ("DE marketing email maybe everybody", "the regime is not"),
        ("DE marketing email opt_out someone", "applies_to is not"),
        ("(any) marketing email opt_out everybody notice", "the law is not known"),
        ("DE marketing email opt_in existing_customers", "told apart only by an opt_out"),
        ("DE marketing email opt_out everybody notice 6 12", "order_months are of"),
        ("DE marketing email opt_out everybody", "needs a legal basis"),
        ("DE marketing email opt_in everybody consent 0", "months are 1 or more"),
        ("EU (any) (any) opt_in everybody", "several rows say this"),
    ],
)
def test_a_row_that_cannot_be_followed_is_named(built: Project, row: str, problem: str) -> None:
    [compiled] = [
        node["compiled_code"]
        for node in built.manifest()["nodes"].values()
        if node["name"] == "assert_consent_regimes_can_be_followed"
    ]
    table = '"warehouse"."covey_seeds"."consent_regimes"'
    assert built.query(compiled) == []
    names = ("jurisdiction", "purpose", "channel", "regime", "applies_to", "legal_basis",
             "consent_months", "order_months")  # fmt: skip
    columns = [
        f"{value if value.isdigit() else repr(value)} as {name}"
        for name, value in zip(names, row.split(), strict=False)
    ]
    bad = compiled.replace(table, f"(from {table} union all by name select {', '.join(columns)})")
    assert bad != compiled
    found = built.query(f"select problem from ({bad})")
    assert found
    assert all(problem in text for (text,) in found)
