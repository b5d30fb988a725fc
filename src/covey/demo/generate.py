"""One chunk after the other from the seed to the Parquet files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from covey.demo import arrow as ar
from covey.demo.commerce import Exposures, exchange_rates_table, make_orders, products_table
from covey.demo.messages import make_messages
from covey.demo.people import (
    Counters,
    Scope,
    make_devices,
    make_people,
    make_records,
    people_truth,
    scope_of,
)
from covey.demo.rest import (
    make_consents,
    make_enrichment,
    make_erasure,
    make_exposures,
    make_identifiers,
    make_offline,
    make_surveys,
    make_test_accounts,
)
from covey.demo.settings import (
    CHUNK,
    DAY,
    DIRT,
    END,
    EXPERIMENT_ID,
    MAX_CUSTOMERS,
    SEGMENTS,
    Ints,
)
from covey.demo.web import devices_truth, make_visitors, make_web

Progress = Callable[[str], None]

INPUTS = (
    "customers", "orders", "order_items", "products", "web_events", "messages", "offline_events",
    "survey_responses", "enrichment", "consents", "erasure_requests", "experiment_exposures",
    "identifiers", "exchange_rates",
)  # fmt: skip

SORTED_COLUMNS = {
    "customers": ("customer_id", "email", "phone", "loyalty_number"),
    "orders": ("order_id", "ordered_at"),
    "order_items": ("order_id",),
    "web_events": ("event_id", "occurred_at", "received_at", "session_id", "cart_id"),
    "messages": ("event_id", "occurred_at", "message_id"),
    "offline_events": ("event_id", "occurred_at"),
    "truth/people": ("customer_id",),
    "truth/devices": ("anonymous_id",),
    "truth/carts": ("cart_id", "opened_at"),
}
"""Columns nearly in order, stored as differences."""


def write_demo_data(
    out: Path,
    *,
    customers: int = 5_000,
    months: int = 24,
    seed: int = 20260630,
    progress: Progress | None = None,
) -> None:
    """Write the fourteen inputs and the truth as Parquet files.

    The same arguments give the same bytes. Memory does not depend on the number of customers:
    chunks of `settings.CHUNK` persons are drawn, written, and forgotten.

    Parameters
    ----------
    out
        Directory; made if it does not exist. Its `truth` folder is for tests only.
    customers
        Number of persons, 1 to 9,000,000. CRM records are about 1.4 times as many.
    months
        Length of the window that ends on 2026-06-30, 3 to 120.
    seed
        Any number from 0.
    progress
        Called with a line of text after every tenth chunk.

    Raises
    ------
    ValueError
        If an argument is outside its range; the message names both.
    """
    for name, value, low, high in (
        ("customers", customers, 1, MAX_CUSTOMERS),
        ("months", months, 3, 120),
        ("seed", seed, 0, 2**62),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} must lie between {low} and {high}, got {value}")
    counters = Counters()
    exposed = np.zeros(len(SEGMENTS), dtype=np.int64)
    ordered = np.zeros(len(SEGMENTS), dtype=np.int64)
    with ar.Files(out, SORTED_COLUMNS) as files:
        files.write("products", products_table())
        chunks = -(-customers // CHUNK)
        for chunk in range(chunks):
            first = chunk * CHUNK
            scope = scope_of(seed, chunk, first, min(CHUNK, customers - first), months)
            if chunk == 0:
                files.write("exchange_rates", exchange_rates_table(scope.start, seed))
            exposures = write_chunk(files, scope, counters)
            exposed += exposures.exposed
            ordered += exposures.ordered_without
            if progress is not None and (chunk % 10 == 9 or chunk == chunks - 1):
                rows = sum(files.rows.get(name, 0) for name in INPUTS)
                progress(f"{first + scope.count:,} of {customers:,} customers, {rows:,} rows")
        files.write("truth/effects", effects_truth(exposed, ordered))


def write_chunk(files: ar.Files, scope: Scope, counters: Counters) -> Exposures:
    """Draw and write one chunk of persons; return its part of the experiment."""
    people = make_people(scope)
    records = make_records(scope, people, counters)
    devices = make_devices(scope, people, counters)
    orders, exposures = make_orders(scope, people, records, devices, counters)
    events, carts = make_web(scope, people, records, devices, orders, counters)
    visitor_events, visitor_devices = make_visitors(scope, counters)
    messages = make_messages(scope, people, records, counters)
    test_rows = make_test_accounts(scope, counters, records.table, orders.table, orders.items)
    rng = scope.rng("dirt")

    files.write("customers", pa.concat_tables([records.table, test_rows[0]]))
    order_rows = pa.concat_tables([orders.table, test_rows[1]])
    order_rows = ar.nulled(order_rows, ["order_id"], _invalid(rng, order_rows))
    files.write("orders", _repeat_some(rng, order_rows))
    files.write("order_items", pa.concat_tables([orders.items, test_rows[2]]))

    rows = pa.concat_tables([events, visitor_events], promote_options="permissive")
    rows = ar.nulled(rows, ["event_id"], _invalid(rng, rows))
    rows = ar.nulled(rows, ["occurred_at"], _invalid(rng, rows))
    rows = ar.nulled(rows, ["anonymous_id", "user_id"], _invalid(rng, rows))
    files.write("web_events", _resend_some(rng, _repeat_some(rng, rows)))
    messages = ar.nulled(messages, ["event_id"], _invalid(rng, messages))
    messages = ar.nulled(messages, ["customer_id", "email"], _invalid(rng, messages))
    files.write("messages", _repeat_some(rng, messages))

    offline = make_offline(scope, people, records, devices, orders, counters)
    offline = ar.nulled(offline, ["identifier_type", "identifier"], _invalid(rng, offline))
    files.write("offline_events", offline)
    files.write("survey_responses", make_surveys(scope, people, records, devices))
    files.write("enrichment", make_enrichment(scope, people, records, devices))
    files.write("consents", make_consents(scope, people, records, devices))
    files.write("erasure_requests", make_erasure(scope, people, records, devices))
    files.write("experiment_exposures", make_exposures(scope, people, records, devices, exposures))
    files.write("identifiers", make_identifiers(scope, people, records, devices))
    files.write("truth/people", people_truth(people, records, scope))
    files.write("truth/devices", pa.concat_tables([devices_truth(scope, devices), visitor_devices]))
    files.write("truth/carts", carts)
    return exposures


def _invalid(rng: np.random.Generator, table: pa.Table) -> Ints:
    return ar.some_rows(rng, table.num_rows, DIRT.invalid_rows)


def _repeat_some(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """Return the table with a few rows a second time, exactly alike."""
    return ar.repeated(table, ar.some_rows(rng, table.num_rows, DIRT.duplicate_rows))


def _resend_some(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """Return the table with a few events sent again: same event_id, later received_at."""
    chosen = ar.some_rows(rng, table.num_rows, DIRT.resent_events)
    again = table.take(pa.array(chosen))
    position = table.schema.get_field_index("received_at")
    wait = pa.array(rng.integers(1, 2 * DAY, len(chosen)) * 1_000_000).cast(pa.duration("us"))
    later = pc.min_element_wise(
        pc.add(again.column("received_at"), wait),
        pa.scalar((END - 1) * 1_000_000, pa.int64()).cast(ar.TIMESTAMP),
    )
    again = again.set_column(position, "received_at", later)
    return pa.concat_tables([table, again])


def effects_truth(exposed: Ints, ordered: Ints) -> pa.Table:
    """Return the effect of the experiment by segment.

    `true_lift` is the average effect on the probability of an order within 30 days over exactly
    the persons exposed once: the share who would not have ordered, times the planted uplift.
    """
    uplift = np.array([segment.uplift for segment in SEGMENTS])
    lift = uplift * (1 - ordered / np.maximum(exposed, 1))
    return pa.table(
        {
            "experiment_id": pa.array([EXPERIMENT_ID] * len(SEGMENTS)),
            "planted_segment": pa.array([segment.name for segment in SEGMENTS]),
            "true_lift": pa.array(lift),
            "exposed_persons": pa.array(exposed),
        }
    )
