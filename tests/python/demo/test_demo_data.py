"""The demo data keep the contract, agree with their truth, and hold the mess they promise."""

import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from covey.demo import INPUTS, generate, write_demo_data
from covey.demo.commerce import make_orders
from covey.demo.people import Counters, make_devices, make_people, make_records, scope_of
from covey.demo.settings import DAY, END, OUTCOME_DAYS, SEGMENTS

SEED = 7
CUSTOMERS = 3_000

TIMESTAMP, TEXT, MONEY = "TIMESTAMP", "VARCHAR", "DECIMAL(12,2)"
CONTRACT = {
    "customers": {
        "customer_id": TEXT, "source_system": TEXT, "email": TEXT, "phone": TEXT,
        "first_name": TEXT, "last_name": TEXT, "birth_date": "DATE", "gender": TEXT,
        "income": "BIGINT", "marital_status": TEXT, "household_size": "INTEGER", "address": TEXT,
        "city": TEXT, "region": TEXT, "postal_code": TEXT, "country": TEXT, "language": TEXT,
        "latitude": "DOUBLE", "longitude": "DOUBLE", "loyalty_number": TEXT,
        "acquisition_channel": TEXT, "is_test": "BOOLEAN", "created_at": TIMESTAMP,
        "updated_at": TIMESTAMP, "x_store_card_colour": TEXT,
    },
    "orders": {
        "order_id": TEXT, "source_system": TEXT, "customer_id": TEXT, "email": TEXT,
        "loyalty_number": TEXT, "anonymous_id": TEXT, "ordered_at": TIMESTAMP, "status": TEXT,
        "currency": TEXT, "net_amount": MONEY, "gross_amount": MONEY, "discount_amount": MONEY,
        "tax_amount": MONEY, "shipping_amount": MONEY, "refund_amount": MONEY, "channel": TEXT,
        "store_id": TEXT, "coupon_code": TEXT, "cost_amount": MONEY,
    },
    "order_items": {
        "order_id": TEXT, "line_id": "INTEGER", "product_id": TEXT, "quantity": "INTEGER",
        "net_amount": MONEY, "is_returned": "BOOLEAN", "cost_amount": MONEY,
    },
    "products": {
        "product_id": TEXT, "name": TEXT, "brand": TEXT, "category_l1": TEXT,
        "category_l2": TEXT, "category_l3": TEXT, "list_price": MONEY, "tags": TEXT,
    },
    "web_events": {
        "event_id": TEXT, "occurred_at": TIMESTAMP, "received_at": TIMESTAMP, "event_name": TEXT,
        "anonymous_id": TEXT, "user_id": TEXT, "session_id": TEXT, "page_url": TEXT,
        "referrer": TEXT, "utm_source": TEXT, "utm_medium": TEXT, "utm_campaign": TEXT,
        "device_type": TEXT, "user_agent": TEXT, "country": TEXT, "region": TEXT, "city": TEXT,
        "product_id": TEXT, "category": TEXT, "cart_id": TEXT, "cart_value": MONEY,
        "quantity": "INTEGER", "price": MONEY, "search_term": TEXT, "scroll_depth": "DOUBLE",
        "properties": TEXT,
    },
    "messages": {
        "event_id": TEXT, "occurred_at": TIMESTAMP, "channel": TEXT, "event_type": TEXT,
        "customer_id": TEXT, "email": TEXT, "campaign_id": TEXT, "message_id": TEXT,
        "is_machine_open": "BOOLEAN",
    },
    "offline_events": {
        "event_id": TEXT, "occurred_at": TIMESTAMP, "event_type": TEXT, "identifier_type": TEXT,
        "identifier": TEXT, "source_system": TEXT,
        "store_id": TEXT, "device_id": TEXT, "value": "DOUBLE",
    },
    "survey_responses": {
        "identifier_type": TEXT, "identifier": TEXT, "source_system": TEXT, "question_id": TEXT,
        "answered_at": TIMESTAMP, "answer": TEXT, "trait": TEXT, "score": "DOUBLE",
    },
    "enrichment": {
        "identifier_type": TEXT, "identifier": TEXT, "source_system": TEXT,
        "attribute": TEXT, "value": TEXT,
        "provider": TEXT, "legal_basis": TEXT, "obtained_at": TIMESTAMP, "expires_at": TIMESTAMP,
    },
    "consents": {
        "identifier_type": TEXT, "identifier": TEXT, "source_system": TEXT,
        "purpose": TEXT, "status": TEXT,
        "changed_at": TIMESTAMP, "channel": TEXT, "jurisdiction": TEXT, "legal_basis": TEXT,
        "expires_at": TIMESTAMP,
    },
    "erasure_requests": {
        "identifier_type": TEXT, "identifier": TEXT, "source_system": TEXT,
        "requested_at": TIMESTAMP,
        "request_type": TEXT,
    },
    "experiment_exposures": {
        "experiment_id": TEXT, "identifier_type": TEXT, "identifier": TEXT, "source_system": TEXT,
        "variant": TEXT,
        "exposed_at": TIMESTAMP,
    },
    "identifiers": {
        "id_type_a": TEXT, "id_a": TEXT, "id_type_b": TEXT, "id_b": TEXT, "seen_at": TIMESTAMP,
        "source_system": TEXT,
    },
    "exchange_rates": {"currency": TEXT, "rate_date": "DATE", "rate_to_reporting": "DOUBLE"},
    "truth/people": {
        "person_id": TEXT, "source_system": TEXT, "customer_id": TEXT, "planted_segment": TEXT,
    },
    "truth/devices": {"anonymous_id": TEXT, "person_id": TEXT, "is_bot": "BOOLEAN"},
    "truth/carts": {
        "cart_id": TEXT, "person_id": TEXT, "opened_at": TIMESTAMP, "is_abandoned": "BOOLEAN",
    },
    "truth/effects": {
        "experiment_id": TEXT, "planted_segment": TEXT, "true_lift": "DOUBLE",
        "exposed_persons": "BIGINT",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    write_demo_data(out, customers=CUSTOMERS, months=24, seed=SEED)
    return out


@pytest.fixture(scope="module")
def db(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in CONTRACT:
        view = name.replace("truth/", "true_")
        connection.execute(f"create view {view} as from '{folder / name}.parquet'")
    return connection


def scalar(db: duckdb.DuckDBPyConnection, query: str) -> float:
    row = db.execute(query).fetchone()
    assert row is not None
    return row[0]


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*.parquet"))
    }


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        write_demo_data(tmp_path / name, customers=300, months=6, seed=seed)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one") != digests(tmp_path / "other")
    assert len(digests(tmp_path / "one")) == len(CONTRACT)


def test_chunks_give_every_number_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "CHUNK", 150)
    lines: list[str] = []
    write_demo_data(tmp_path, customers=400, months=12, seed=1, progress=lines.append)
    assert len(lines) == 1
    assert lines[0].startswith("400 of 400 customers")
    connection = duckdb.connect()
    for name, column in (
        ("truth/people", "customer_id"),
        ("truth/devices", "anonymous_id"),
        ("truth/carts", "cart_id"),
        ("offline_events", "event_id"),
    ):
        twice = scalar(
            connection,
            f"select count({column}) - count(distinct {column}) from '{tmp_path / name}.parquet'",
        )
        assert twice == 0
    people = f"'{tmp_path / 'truth/people'}.parquet'"
    assert scalar(connection, f"select count(distinct person_id) from {people}") == 400


def test_small_and_short_data_can_be_written(tmp_path: Path) -> None:
    write_demo_data(tmp_path, customers=1, months=3, seed=0)
    assert set(digests(tmp_path)) == {f"{name}.parquet" for name in CONTRACT}


@pytest.mark.parametrize(
    ("name", "value"), [("customers", 0), ("months", 2), ("months", 121), ("seed", -1)]
)
def test_arguments_out_of_range_are_named(tmp_path: Path, name: str, value: int) -> None:
    arguments = {"customers": 10, "months": 12, "seed": 1, name: value}
    with pytest.raises(ValueError, match=rf"{name} must lie between .* got {value}"):
        write_demo_data(tmp_path, **arguments)


def test_columns_and_types_are_those_of_the_contract(
    folder: Path, db: duckdb.DuckDBPyConnection
) -> None:
    assert set(INPUTS) == {name for name in CONTRACT if "/" not in name}
    for name, columns in CONTRACT.items():
        found = db.execute(f"describe from '{folder / name}.parquet'").fetchall()
        assert {row[0]: row[1] for row in found} == columns, name
        for field in pq.read_schema(folder / f"{name}.parquet"):
            assert "dictionary" not in str(field.type)
            assert "tz=" not in str(field.type)


def test_segments_have_their_shares(db: duckdb.DuckDBPyConnection) -> None:
    shares = dict(
        db.execute("""
            select planted_segment, count(distinct person_id) / 3000.0
            from true_people group by planted_segment
        """).fetchall()
    )
    for segment in SEGMENTS:
        error = np.sqrt(segment.share * (1 - segment.share) / CUSTOMERS)
        assert shares[segment.name] == pytest.approx(segment.share, abs=4 * error)
    assert sum(shares.values()) == pytest.approx(1)


def test_every_customer_but_test_accounts_is_in_the_truth(
    db: duckdb.DuckDBPyConnection,
) -> None:
    unknown = db.execute("""
        select email from customers anti join true_people using (source_system, customer_id)
    """).fetchall()
    assert len(unknown) >= 2
    assert all(email.endswith("@example.test") for (email,) in unknown)
    assert (
        scalar(db, "select count(*) from true_people anti join customers using (customer_id)") == 0
    )


def test_every_device_of_an_event_is_in_the_truth(db: duckdb.DuckDBPyConnection) -> None:
    missing = scalar(db, """
        select count(*) from web_events anti join true_devices using (anonymous_id)
        where anonymous_id is not null
    """)  # fmt: skip
    assert missing == 0
    assert scalar(db, "select count_if(is_bot) from true_devices") >= 6
    assert scalar(db, "select count_if(person_id is null and not is_bot) from true_devices") > 500


def test_lines_add_up_to_their_order(db: duckdb.DuckDBPyConnection) -> None:
    wrong = scalar(db, """
        with item as (select order_id, sum(net_amount) as net from order_items group by order_id)
        select count(*) from (select distinct * from orders) as o left join item using (order_id)
        where o.order_id is not null
            and (o.net_amount is distinct from item.net
                or o.gross_amount <> o.net_amount + o.discount_amount
                or coalesce(o.refund_amount, 0) > o.net_amount)
    """)  # fmt: skip
    assert wrong == 0


def test_orders_of_an_account_belong_to_its_system(db: duckdb.DuckDBPyConnection) -> None:
    assert scalar(db, """
        select count(*) from orders
        where customer_id is not null
            and left(customer_id, 1) <> case source_system when 'shop' then 'S' else 'C' end
    """) == 0  # fmt: skip
    assert scalar(db, """
        select count(*) from orders anti join customers using (customer_id)
        where customer_id is not null
    """) == 0  # fmt: skip


def test_nearly_everybody_has_an_order(db: duckdb.DuckDBPyConnection) -> None:
    without = db.execute("""
        with buyer as (
            select person_id from orders inner join true_people using (customer_id)
            union select person_id from orders inner join true_devices using (anonymous_id)
            union select person_id from orders inner join customers using (loyalty_number)
                inner join true_people on customers.customer_id = true_people.customer_id
        )
        select planted_segment, count(distinct person_id) from true_people
            anti join buyer using (person_id)
        group by planted_segment
    """).fetchall()
    counts = dict(without)
    assert counts.pop("window_shopper") < 0.1 * CUSTOMERS * 0.2
    assert sum(counts.values()) < 0.01 * CUSTOMERS


def test_purchases_stand_beside_an_order(db: duckdb.DuckDBPyConnection) -> None:
    share = scalar(db, """
        with purchase as (
            select user_id as customer_id, min(received_at) as at
            from web_events
            where event_name in ('purchase', 'Order Completed') and user_id is not null
            group by event_id, user_id
        )
        select avg((exists (
            select 1 from orders
            where orders.customer_id = purchase.customer_id
                and abs(date_diff('minute', orders.ordered_at, purchase.at)) <= 10
        ))::integer)
        from purchase
    """)  # fmt: skip
    assert share > 0.96


def test_abandoned_carts_agree_with_the_events(db: duckdb.DuckDBPyConnection) -> None:
    share, abandoned, carts = db.execute("""
        with event as (
            select cart_id,
                min(occurred_at) filter (event_name in ('add_to_cart', 'addToCart')) as opened,
                min(occurred_at) filter (event_name in ('purchase', 'Order Completed')) as bought
            from web_events where cart_id is not null group by cart_id
        ),
        seen as (
            select cart_id,
                bought is null or bought > opened + interval 24 hour as is_abandoned
            from event where opened is not null
        )
        select avg((seen.is_abandoned = truth.is_abandoned)::integer),
            avg(truth.is_abandoned::integer), count(*)
        from true_carts as truth inner join seen using (cart_id)
    """).fetchall()[0]
    assert carts > 0.99 * scalar(db, "select count(*) from true_carts")
    assert share > 0.99
    assert 0.2 < abandoned < 0.8
    late = scalar(db, """
        select count(distinct cart_id) from true_carts inner join web_events using (cart_id)
        where is_abandoned and event_name in ('purchase', 'Order Completed')
    """)  # fmt: skip
    assert late > 20


MESS = {
    "untidy_emails": "from customers where email <> lower(trim(email))",
    "formats_of_phones": "from customers where phone is not null and phone not like '+%'",
    "genders_in_words": "from customers where gender not in ('F', 'M')",
    "countries_in_words": "from customers where length(country) > 2",
    "same_customer_later_updated": """from customers as a inner join customers as b
        using (source_system, customer_id) where a.updated_at < b.updated_at""",
    "placeholder_contacts": """from customers
        where email in ('unknown@shop.example', 'kasse@store.example')""",
    "persons_twice_in_a_system": """from true_people as a inner join true_people as b
        using (person_id, source_system) where a.customer_id < b.customer_id""",
    "test_accounts_flagged": "from customers where is_test",
    "test_accounts_by_email": """from customers
        where is_test is distinct from true and email like '%@example.test'""",
    "accents": "from customers where last_name <> strip_accents(last_name)",
    "missing_birth_dates": "from customers where birth_date is null",
    "lower_case_currencies": "from orders where currency <> upper(currency)",
    "cancelled_orders": "from orders where status = 'cancelled'",
    "full_refunds": "from orders where status = 'refunded' and refund_amount = net_amount",
    "partial_refunds": """from orders
        where status = 'partially_refunded' and refund_amount < net_amount""",
    "guests": "from orders where customer_id is null and email is not null",
    "anonymous_orders": """from orders
        where coalesce(customer_id, email, loyalty_number) is null and anonymous_id is not null""",
    "orders_by_card": "from orders where customer_id is null and loyalty_number is not null",
    "nobodys_orders": """from orders
        where coalesce(customer_id, email, loyalty_number, anonymous_id) is null""",
    "orders_without_id": "from orders where order_id is null",
    "events_without_id": "from web_events where event_id is null",
    "events_without_time": "from web_events where occurred_at is null",
    "nobodys_events": "from web_events where coalesce(anonymous_id, user_id) is null",
    "late_events": "from web_events where received_at > occurred_at + interval 1 day",
    "fast_clocks": "from web_events where occurred_at > received_at + interval 1 hour",
    "resent_events": """from (
        select event_id from web_events where event_id is not null
        group by event_id having count(distinct received_at) > 1)""",
    "crawlers": "from web_events where user_agent like '%bot%'",
    "odd_spellings": "from web_events where event_name in ('Product Viewed', 'addToCart')",
    "sign_ups": "from web_events where event_name = 'sign_up'",
    "kiosks": """from (
        select anonymous_id from web_events group by anonymous_id
        having count(distinct user_id) > 10)""",
    "shared_tablets": """from (
        select anonymous_id from web_events where device_type = 'tablet' group by anonymous_id
        having count(distinct left(user_id, 1) || user_id) = 2)""",
    "machine_opens": "from messages where is_machine_open",
    "unsubscribes": "from messages where event_type = 'unsubscribe'",
    "nobodys_messages": "from messages where coalesce(customer_id, email) is null",
    "offline_events_without_identifier": "from offline_events where identifier is null",
    "withdrawn_consents": "from consents where status = 'withdrawn'",
    "unknown_consents": "from consents where status = 'maybe'",
    "changed_minds": """from consents as a inner join consents as b
        using (identifier, purpose) where a.status = 'denied' and b.status = 'granted'
        and a.channel is not distinct from b.channel and a.changed_at < b.changed_at""",
    "erasures": "from erasure_requests",
    "double_exposures": """from (
        select identifier from experiment_exposures group by identifier
        having count(distinct variant) = 2)""",
}


@pytest.mark.parametrize("mess", MESS)
def test_the_mess_is_there(db: duckdb.DuckDBPyConnection, mess: str) -> None:
    assert scalar(db, f"select count(*) {MESS[mess]}") > 0


@pytest.mark.parametrize("table", ["orders", "web_events", "messages"])
def test_some_rows_are_there_twice(db: duckdb.DuckDBPyConnection, table: str) -> None:
    total = scalar(db, f"select count(*) from {table}")
    distinct = scalar(db, f"select count(*) from (select distinct * from {table})")
    assert 0.002 < 1 - distinct / total < 0.006


def test_invalid_rows_are_rare(db: duckdb.DuckDBPyConnection) -> None:
    for table, mess in (
        ("orders", "orders_without_id"),
        ("orders", "nobodys_orders"),
        ("web_events", "events_without_id"),
        ("web_events", "events_without_time"),
        ("web_events", "nobodys_events"),
        ("messages", "nobodys_messages"),
        ("consents", "unknown_consents"),
    ):
        invalid = scalar(db, f"select count(*) {MESS[mess]}")
        assert invalid < 0.002 * scalar(db, f"select count(*) from {table}"), mess


def test_exchange_rates_miss_a_few_days(db: duckdb.DuckDBPyConnection) -> None:
    days = dict(
        db.execute("select currency, count(*) from exchange_rates group by currency").fetchall()
    )
    assert 0.95 * days["EUR"] < days["GBP"] < days["EUR"]
    assert 0.95 * days["EUR"] < days["USD"] < days["EUR"]


def test_only_fast_clocks_leave_the_window(db: duckdb.DuckDBPyConnection) -> None:
    end = np.datetime_as_string(np.datetime64(END, "s")).replace("T", " ")
    assert scalar(db, f"select count(*) from web_events where received_at >= '{end}'") == 0
    for table, column in (
        ("orders", "ordered_at"), ("messages", "occurred_at"), ("offline_events", "occurred_at"),
        ("consents", "changed_at"), ("customers", "updated_at"),
    ):  # fmt: skip
        assert scalar(db, f"select count(*) from {table} where {column} >= '{end}'") == 0
    assert scalar(db, "select max(received_at) >= '2026-06-30' from web_events")


def test_most_persons_in_both_systems_share_an_identifier(
    db: duckdb.DuckDBPyConnection,
) -> None:
    shared = scalar(db, """
        with record as (
            select person_id, source_system, lower(trim(email)) as email, loyalty_number,
                right(regexp_replace(phone, '[^0-9]', '', 'g'), 7) as phone
            from customers inner join true_people using (source_system, customer_id)
        )
        select count(distinct a.person_id) filter (
                a.email = b.email or a.phone = b.phone or a.loyalty_number = b.loyalty_number
            ) / count(distinct a.person_id)
        from record as a inner join record as b using (person_id)
        where a.source_system = 'shop' and b.source_system = 'store'
    """)  # fmt: skip
    assert 0.85 < shared < 0.95


def test_no_two_persons_share_an_email(db: duckdb.DuckDBPyConnection) -> None:
    assert scalar(db, """
        select count(*) from (
            select lower(trim(email))
            from customers inner join true_people using (customer_id)
            where email not in ('unknown@shop.example', 'kasse@store.example')
            group by lower(trim(email)) having count(distinct person_id) > 1
        )
    """) == 0  # fmt: skip


def test_the_treatment_has_its_planted_effect() -> None:
    """Over four chunks, the difference in means lies within four standard errors of the truth."""
    counters = Counters()
    ordered: list[np.ndarray] = []
    treated: list[np.ndarray] = []
    segment: list[np.ndarray] = []
    exposed = np.zeros(len(SEGMENTS))
    anyway = np.zeros(len(SEGMENTS))
    for chunk in range(4):
        scope = scope_of(5, chunk, chunk * 10_000, 10_000, 24)
        people = make_people(scope)
        records = make_records(scope, people, counters)
        devices = make_devices(scope, people, counters)
        orders, exposures = make_orders(scope, people, records, devices, counters)
        twice = np.bincount(exposures.person, minlength=scope.count) > 1
        once = ~twice[exposures.person]
        person, at = exposures.person[once], np.full(scope.count, -1)
        at[person] = exposures.time[once]
        gap = orders.time - at[orders.person]
        inside = (
            (at[orders.person] >= 0) & (gap > 0) & (gap <= OUTCOME_DAYS * DAY)
            & (orders.status != 3)
        )  # fmt: skip
        ordered.append((np.bincount(orders.person[inside], minlength=scope.count) > 0)[person])
        treated.append(exposures.variant[once] == 1)
        segment.append(people.segment[person])
        exposed += exposures.exposed
        anyway += exposures.ordered_without
    y, t, s = np.concatenate(ordered), np.concatenate(treated), np.concatenate(segment)
    assert 0.48 < t.mean() < 0.52
    truth = np.array([item.uplift for item in SEGMENTS]) * (1 - anyway / exposed)
    for number in (None, *range(len(SEGMENTS))):
        here = np.ones(len(s), dtype=bool) if number is None else s == number
        one, two = y[here & t], y[here & ~t]
        lift = one.mean() - two.mean()
        error = np.sqrt(one.var() / len(one) + two.var() / len(two))
        expected = np.average(truth, weights=exposed) if number is None else truth[number]
        assert lift == pytest.approx(expected, abs=4 * error + 1e-9)
        if number is None:
            assert lift > 4 * error
