"""The smaller inputs: stores, surveys, bought attributes, consents, erasure, links, tests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from covey.demo import arrow as ar
from covey.demo import vocabulary as voc
from covey.demo.commerce import Exposures, Orders
from covey.demo.people import (
    SYSTEMS,
    Counters,
    Devices,
    People,
    Records,
    Scope,
    moments,
    positions,
    rounded,
    take_numbers,
)
from covey.demo.settings import (
    DAY,
    DIRT,
    END,
    EXPERIMENT_ID,
    SEGMENTS,
    Ints,
)

IDENTIFIER_TYPES = ("customer_id", "email", "phone", "loyalty_number", "anonymous_id")
CUSTOMER_ID, EMAIL, PHONE, LOYALTY, ANONYMOUS_ID = range(5)


def _main_record(people: People, records: Records) -> Ints:
    return np.where(people.has_shop, records.shop_record, records.store_record)


def identifier_columns(
    records: Records, devices: Devices, people: People, person: Ints, record: Ints, wanted: Ints
) -> dict[str, pa.Array]:
    """Return the columns that name a person; a type the record lacks becomes customer_id.

    They are `identifier_type`, `identifier` and the `source_system` of a customer_id.
    """
    device = devices.first[person]
    values = {
        CUSTOMER_ID: ar.take(records.customer_id, record),
        EMAIL: ar.take(records.email, record),
        PHONE: ar.take(records.phone, record),
        LOYALTY: ar.take(records.loyalty_number, record),
        ANONYMOUS_ID: ar.take(devices.anonymous_id, device),
    }
    kind = wanted.copy()
    for code in (EMAIL, PHONE, LOYALTY):
        missing = ~np.asarray(pc.is_valid(values[code]))
        kind = np.where((kind == code) & missing, CUSTOMER_ID, kind)
    return {
        "identifier_type": ar.words(kind, IDENTIFIER_TYPES),
        "identifier": pc.choose(pa.array(kind), *(values[code] for code in range(5))),
        "source_system": ar.words(
            np.where((kind == CUSTOMER_ID) & (record >= 0), records.system[record], -1), SYSTEMS
        ),
    }


def make_offline(
    scope: Scope,
    people: People,
    records: Records,
    devices: Devices,
    orders: Orders,
    counters: Counters,
) -> pa.Table:
    """Return `offline_events`: card scans at orders, visits, calls, signals of the app."""
    rng = scope.rng("offline")
    n = scope.count
    scans = np.flatnonzero(
        orders.in_store & (orders.record >= 0) & (rng.random(len(orders.person)) < 0.9)
    )
    count = np.where(people.has_store, rounded(people.traits["visits"] * scope.scale, rng), 0)
    visitor, position = positions(count)
    until = np.maximum(people.last_order, people.last_web)
    visit_at = moments(
        scope, rng, people.active_from[visitor], until[visitor],
        (position + rng.random(len(visitor))) / count[visitor],
        store=np.ones(len(visitor), dtype=np.bool_),
    )  # fmt: skip
    callers = np.flatnonzero(rng.random(n) < 0.06)
    app = devices.kind[devices.first] == 3
    signals, _ = positions(np.where(app & people.has_store & (rng.random(n) < 0.5), 2, 0))
    person = np.concatenate([orders.person[scans], visitor, callers, signals])
    kind = np.repeat([1, 0, 2, 3], [len(scans), len(visitor), len(callers), len(signals)])
    spread = rng.random(len(callers) + len(signals))
    late = np.concatenate([callers, signals])
    time = np.concatenate(
        [
            orders.time[scans] + rng.integers(0, 90, len(scans)),
            visit_at,
            (people.active_from[late] + spread * (until[late] - people.active_from[late])).astype(
                np.int64
            ),
        ]
    )
    wanted = np.choose(
        kind, [np.where(rng.random(len(person)) < 0.7, LOYALTY, CUSTOMER_ID), LOYALTY, PHONE,
               ANONYMOUS_ID],
    )  # fmt: skip
    scanned = np.full(len(person), -1)
    scanned[: len(scans)] = orders.record[scans]
    record = np.where(
        people.has_store[person], records.store_record[person], records.shop_record[person]
    )
    record = np.where(scanned >= 0, scanned, record)
    order = np.argsort(time, kind="stable")
    person, kind, time, wanted, record = (
        column[order] for column in (person, kind, time, wanted, record)
    )
    store = people.city[person] * 2 + rng.integers(0, 2, n)[person]
    value = rng.integers(60, 900, len(person)).astype(np.float64)
    signal = kind == 3
    device_number = devices.number[devices.first[person]]
    return pa.table(
        {
            "event_id": ar.ids("f", take_numbers(counters, "offline_event", len(person))),
            "occurred_at": ar.times(np.minimum(time, END - 1)),
            "event_type": ar.words(kind, ("store_visit", "loyalty_scan", "call", "device_signal")),
            **identifier_columns(records, devices, people, person, record, wanted),
            "store_id": ar.words(
                np.where(kind == 2, -1, store),
                [f"ST{code:03d}" for code in range(2 * len(voc.CITIES))],
            ),
            "device_id": ar.ids("d", device_number, where=signal),
            "value": ar.numbers(value, kind == 2),
        }
    )


QUESTIONS = (
    ("q_price", "price_sensitivity", (2.4, 3.0, 4.5, 3.3, 3.0, 3.2, 1.8)),
    ("q_new", "adventurousness", (3.4, 3.0, 3.3, 4.2, 2.2, 3.0, 3.6)),
    ("q_loyal", "brand_loyalty", (4.5, 3.9, 2.0, 2.4, 4.0, 2.2, 3.0)),
    ("q_green", "sustainability", (3.6, 3.3, 2.6, 3.8, 3.1, 3.0, 3.2)),
)


def make_surveys(scope: Scope, people: People, records: Records, devices: Devices) -> pa.Table:
    """Return `survey_responses`: one person in eight answers three or four questions, 1 to 5."""
    rng = scope.rng("surveys")
    respondents = np.flatnonzero(rng.random(scope.count) < 0.125)
    person = np.repeat(respondents, len(QUESTIONS))
    question = np.tile(np.arange(len(QUESTIONS)), len(respondents))
    kept = (question < 3) | (rng.random(len(person)) < 0.8)
    person, question = person[kept], question[kept]
    mean = np.array([row[2] for row in QUESTIONS])[question, people.segment[person]]
    answer = np.clip(np.rint(mean + 0.8 * rng.standard_normal(len(person))), 1, 5).astype(np.int64)
    at = END - (rng.random(scope.count) * (END - scope.start)).astype(np.int64)
    kind = np.where(rng.random(scope.count) < 0.5, EMAIL, CUSTOMER_ID)
    record = _main_record(people, records)[person]
    return pa.table(
        {
            **identifier_columns(records, devices, people, person, record, kind[person]),
            "question_id": ar.words(question, [row[0] for row in QUESTIONS]),
            "answered_at": ar.times(np.minimum(at[person] + 20 * question, END - 1)),
            "answer": ar.words(answer, ["", "1", "2", "3", "4", "5"]),
            "trait": ar.words(question, [row[1] for row in QUESTIONS]),
            "score": ar.numbers((answer - 1) / 4),
        }
    )


def make_enrichment(scope: Scope, people: People, records: Records, devices: Devices) -> pa.Table:
    """Return `enrichment`: three bought attributes for three persons in ten."""
    rng = scope.rng("enrichment")
    chosen = np.flatnonzero(rng.random(scope.count) < 0.3)
    person = np.repeat(chosen, 3)
    attribute = np.tile(np.arange(3), len(chosen))
    kept = rng.random(len(person)) < 0.85
    person, attribute = person[kept], attribute[kept]
    income = np.array([segment.income for segment in SEGMENTS])[people.segment[person]]
    band = np.clip(
        (income * np.exp(0.35 * rng.standard_normal(len(person))) // 20_000), 0, 4
    ).astype(np.int64)
    draw = rng.integers(0, 4, len(person))
    value = np.choose(attribute, [band, 5 + draw, 9 + (draw > 1)])
    values = (
        "0-20k", "20-40k", "40-60k", "60-80k", "80k+", "single", "couple", "family",
        "shared", "true", "false",
    )  # fmt: skip
    obtained = END - (rng.random(len(person)) * (END - scope.start)).astype(np.int64)
    provider = rng.integers(0, 2, len(person))
    kind = np.where(rng.random(len(person)) < 0.6, EMAIL, CUSTOMER_ID)
    return pa.table(
        {
            **identifier_columns(
                records, devices, people, person, _main_record(people, records)[person], kind
            ),
            "attribute": ar.words(attribute, ("income_band", "household_type", "home_owner")),
            "value": ar.words(value, values),
            "provider": ar.words(provider, ("Panelhaus", "Demograph Ltd")),
            "legal_basis": ar.words(
                np.searchsorted([0.7, 0.97], rng.random(len(person))) - 0,
                ("consent", "legitimate_interest", "unknown"),
            ),
            "obtained_at": ar.times(obtained),
            "expires_at": ar.times(obtained + 365 * DAY, rng.random(len(person)) < 0.9),
        }
    )


PURPOSES = ("analytics", "profiling", "marketing", "marketing", "marketing", "marketing")
CONSENT_CHANNELS = ("", "", "email", "sms", "push", "phone")
GRANTED, WITHDRAWN, DENIED, MAYBE = range(4)
CONSENT_STATUSES = ("granted", "withdrawn", "denied", "maybe")
ASKED = (1.0, 1.0, 1.0, 0.35, 0.3, 0.15)
ACCEPTED = (0.92, 0.955, 0.76, 0.45, 0.55, 0.25)
LEFT = (0.02, 0.025, 0.06, 0.08, 0.10, 0.05)


def make_consents(scope: Scope, people: People, records: Records, devices: Devices) -> pa.Table:
    """Return `consents`: what a person granted at sign-up, and withdrew or changed later."""
    rng = scope.rng("consents")
    n, kinds = scope.count, len(PURPOSES)
    silent = rng.random(n) < 0.02
    asked = (rng.random((n, kinds)) < np.array(ASKED)) & ~silent[:, None]
    person, purpose = np.nonzero(asked)
    granted = rng.random(len(person)) < np.array(ACCEPTED)[purpose]
    at = people.signup[person] + rng.integers(0, 120, len(person))
    leaves = granted & (rng.random(len(person)) < np.array(LEFT)[purpose])
    # A few contradict themselves: refused, then granted after all, some within the hour.
    turns = ~granted & (rng.random(len(person)) < 0.05)
    changed = np.flatnonzero(leaves | turns)
    soon = rng.random(len(changed)) < 0.2
    wait = np.where(
        soon, rng.integers(60, 3600, len(changed)),
        (rng.random(len(changed)) * (END - at[changed])).astype(np.int64),
    )  # fmt: skip
    row = np.concatenate([np.arange(len(person)), changed])
    status = np.concatenate(
        [np.where(granted, GRANTED, DENIED), np.where(leaves[changed], WITHDRAWN, GRANTED)]
    )
    time = np.concatenate([at, np.minimum(at[changed] + wait, END - 1)])
    order = np.lexsort((time, person[row]))
    row, status, time = row[order], status[order], time[order]
    person, purpose = person[row], purpose[row]
    unknown = ar.some_rows(rng, len(row), 0.001)
    status[unknown] = MAYBE
    kind = np.where(rng.random(n) < 0.2, EMAIL, CUSTOMER_ID)[person]
    country = people.country[person]
    expires = (purpose >= 2) & (rng.random(n) < 0.05)[person] & (status == GRANTED)
    return pa.table(
        {
            **identifier_columns(
                records, devices, people, person, _main_record(people, records)[person], kind
            ),
            "purpose": ar.words(purpose, PURPOSES),
            "status": ar.words(status, CONSENT_STATUSES),
            "changed_at": ar.times(time),
            "channel": ar.words(np.where(purpose < 2, -1, purpose), CONSENT_CHANNELS),
            "jurisdiction": ar.words(country, voc.JURISDICTIONS),
            "legal_basis": ar.words(np.zeros(len(row), dtype=np.int64), ("consent",)),
            "expires_at": ar.times(time + 5 * 365 * DAY, expires),
        }
    )


def make_erasure(scope: Scope, people: People, records: Records, devices: Devices) -> pa.Table:
    """Return `erasure_requests` of three persons in a thousand."""
    rng = scope.rng("erasure")
    person = ar.some_rows(rng, scope.count, DIRT.erasure_requests)
    kind = rng.integers(0, 4, len(person))
    at = END - rng.integers(0, 120 * DAY, len(person))
    columns = identifier_columns(
        records, devices, people, person, _main_record(people, records)[person], kind
    )
    return pa.table(
        {
            **columns,
            "requested_at": ar.times(at),
            "request_type": ar.words(
                (rng.random(len(person)) < 0.15).astype(np.int64), ("erasure", "restriction")
            ),
        }
    )


def make_exposures(
    scope: Scope, people: People, records: Records, devices: Devices, exposures: Exposures
) -> pa.Table:
    """Return `experiment_exposures`, mostly by customer_id, some by e-mail or device."""
    rng = scope.rng("experiment")
    person = exposures.person
    draw = rng.random(scope.count)[person]
    kind = np.where(draw < 0.8, CUSTOMER_ID, np.where(draw < 0.93, EMAIL, ANONYMOUS_ID))
    return pa.table(
        {
            "experiment_id": ar.words(np.zeros(len(person), dtype=np.int64), (EXPERIMENT_ID,)),
            **identifier_columns(
                records, devices, people, person, records.shop_record[person], kind
            ),
            "variant": ar.words(exposures.variant, ("control", "treatment")),
            "exposed_at": ar.times(exposures.time),
        }
    )


def make_identifiers(scope: Scope, people: People, records: Records, devices: Devices) -> pa.Table:
    """Return `identifiers`: whose an app is (device_id), and its anonymous_id.

    Every app has a row device_id <-> anonymous_id, and most a row device_id <-> customer_id of
    the record the person logged in with.
    """
    rng = scope.rng("identifiers")
    app = np.flatnonzero((devices.kind == 3) & (devices.owner >= 0))
    person = devices.owner[app]
    record = _main_record(people, records)[person]
    linked = rng.random(len(app)) < np.where(people.has_shop[person], 0.6, 0.96)
    device_id = ar.ids("d", devices.number[app])
    seen = people.active_from[person] + rng.integers(0, 20 * DAY, len(app))
    seen = np.minimum(seen, END - 1)
    both = np.flatnonzero(linked)
    count = len(app) + len(both)
    to_customer = np.arange(count) >= len(app)
    return pa.table(
        {
            "id_type_a": ar.words(np.zeros(count, dtype=np.int64), ("device_id",)),
            "id_a": pa.concat_arrays([device_id, device_id.take(pa.array(both))]),
            "id_type_b": ar.words(to_customer.astype(np.int64), ("anonymous_id", "customer_id")),
            "id_b": pa.concat_arrays(
                [
                    devices.anonymous_id.take(pa.array(app)),
                    records.customer_id.take(pa.array(record[both])),
                ]
            ),
            "seen_at": ar.times(np.concatenate([seen, seen[both] + 60])),
            "source_system": ar.words(
                np.concatenate([np.full(len(app), -1), records.system[record[both]]]),
                ("shop", "store"),
            ),
        }
    )


def make_test_accounts(
    scope: Scope, counters: Counters, customers: pa.Table, orders: pa.Table, items: pa.Table
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return rows of test accounts for `customers`, `orders`, `order_items`.

    Half of them say `is_test`, the others only have an e-mail at example.test; each places two
    orders, of one cent or of 99,999.
    """
    rng = scope.rng("tests")
    count = max(round(scope.count * DIRT.test_accounts), 2)
    number = take_numbers(counters, "shop", count)
    which = take_numbers(counters, "test_account", count)
    customer_id = ar.ids("S", number, width=7)
    email = ar.join("qa+", ar.ids("", which), "@example.test")
    created = scope.start + rng.integers(0, 90 * DAY if scope.scale > 0.2 else DAY, count)
    flag = which % 2 == 0
    accounts = {
        "customer_id": customer_id,
        "source_system": ar.words(np.zeros(count, dtype=np.int64), ("shop",)),
        "email": email,
        "first_name": pa.array(["Test"] * count),
        "last_name": pa.array(["Tester"] * count),
        "country": ar.words(np.zeros(count, dtype=np.int64), ("DE",)),
        "is_test": ar.numbers(flag, flag),
        "created_at": ar.times(created),
        "updated_at": ar.times(created),
    }
    buyer = np.repeat(np.arange(count), 2)
    o = len(buyer)
    silly = np.where(rng.random(o) < 0.5, 1, 9_999_900)
    order_id = ar.ids("O", take_numbers(counters, "order", o))
    product = ar.words(np.zeros(o, dtype=np.int64), voc.CATALOGUE.product_ids[:1])
    amount, nothing = ar.money(silly), ar.money(0 * silly)
    test_orders = {
        "order_id": order_id,
        "source_system": ar.words(0 * buyer, ("shop",)),
        "customer_id": customer_id.take(pa.array(buyer)),
        "email": email.take(pa.array(buyer)),
        "ordered_at": ar.times(
            created[buyer] + rng.integers(0, 60 * DAY, o) // (1 + (scope.scale <= 0.2) * 99)
        ),
        "status": ar.words(0 * buyer, ("completed",)),
        "currency": ar.words(0 * buyer, ("EUR",)),
        "net_amount": amount,
        "gross_amount": amount,
        "discount_amount": nothing,
        "channel": ar.words(0 * buyer, ("web",)),
    }
    test_items = {
        "order_id": order_id,
        "line_id": ar.numbers(np.ones(o, dtype=np.int32)),
        "product_id": product,
        "quantity": ar.numbers(np.ones(o, dtype=np.int32)),
        "net_amount": amount,
        "is_returned": ar.numbers(np.zeros(o, dtype=np.bool_)),
    }
    return (
        _like(customers, accounts, count),
        _like(orders, test_orders, o),
        _like(items, test_items, o),
    )


def _like(table: pa.Table, columns: dict[str, pa.Array], count: int) -> pa.Table:
    """Return the columns in the table's schema, nulls where there are none."""
    arrays = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in table.schema
    ]
    return pa.table(arrays, schema=table.schema)
