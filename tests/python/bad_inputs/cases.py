"""Bad rows as real sources send them, and what has to become of each of them.

Every row of a case starts from the template of its input and carries the name of the case in the
column that MARKERS names, so that it can be found wherever it went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, str | None]

# A column that staging passes on as it comes.
MARKERS = {
    "customers": "address",
    "orders": "coupon_code",
    "order_items": "line_id",
    "products": "name",
    "web_events": "utm_campaign",
    "messages": "campaign_id",
    "offline_events": "store_id",
    "survey_responses": "answer",
    "enrichment": "provider",
    "consents": "jurisdiction",
    "erasure_requests": "request_type",
    "experiment_exposures": "experiment_id",
    "identifiers": "source_system",
    "exchange_rates": "currency",
}

# `{case}` is the name of the case.
TEMPLATES: dict[str, Row] = {
    "customers": {"customer_id": "{case}", "source_system": "crm"},
    "orders": {
        "order_id": "{case}",
        "ordered_at": "2026-03-02 10:00:00",
        "net_amount": "10",
        "customer_id": "S0000001",
        "source_system": "shop",
    },
    "order_items": {
        "order_id": "{case}",
        "product_id": "P0001",
        "quantity": "1",
        "net_amount": "5",
    },
    "products": {"product_id": "{case}"},
    "web_events": {
        "event_id": "{case}",
        "occurred_at": "2026-03-02 10:00:00",
        "event_name": "page_view",
        "anonymous_id": "{case}",
    },
    "messages": {
        "event_id": "{case}",
        "occurred_at": "2026-03-02 10:00:00",
        "channel": "email",
        "event_type": "click",
        "customer_id": "S0000001",
    },
    "offline_events": {
        "event_id": "{case}",
        "occurred_at": "2026-03-02 10:00:00",
        "event_type": "call",
        "identifier_type": "customer_id",
        "identifier": "S0000001",
    },
    "survey_responses": {
        "identifier_type": "customer_id",
        "identifier": "S0000001",
        "question_id": "{case}",
        "answered_at": "2026-03-02 10:00:00",
    },
    "enrichment": {
        "identifier_type": "customer_id",
        "identifier": "S0000001",
        "attribute": "colour",
        "value": "red",
    },
    "consents": {
        "identifier_type": "email",
        "identifier": "nobody@mail.example",
        "purpose": "marketing",
        "status": "granted",
        "changed_at": "2026-03-02 10:00:00",
    },
    "erasure_requests": {
        "identifier_type": "email",
        "identifier": "nobody@mail.example",
        "requested_at": "2026-03-02 10:00:00",
    },
    "experiment_exposures": {
        "identifier_type": "customer_id",
        "identifier": "S0000001",
        "variant": "control",
        "exposed_at": "2026-03-02 10:00:00",
    },
    "identifiers": {
        "id_type_a": "device_id",
        "id_type_b": "device_id",
        "seen_at": "2026-03-02 10:00:00",
    },
    "exchange_rates": {"rate_date": "2026-03-02", "rate_to_reporting": "1.5"},
}


@dataclass(frozen=True)
class Expected:
    """What becomes of the rows of a case.

    `kept` are the values of the staged rows (in the order of their text), `findings` what
    input_findings counts in them, `duplicates` and `quarantined` the reasons given for the others.
    """

    kept: tuple[Mapping[str, object], ...] = ()
    findings: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Bad rows of an input, as differences from its template.

    `variant` names the form of the files: `text` (every column a text), `typed` (types of the
    source's own choice) or `settings` (texts read by other settings).
    """

    name: str
    input: str
    rows: tuple[Row, ...]
    expected: Expected
    because: str
    variant: str = "text"


@dataclass(frozen=True)
class Consequence:
    """What the tables after staging make of the rows of a case."""

    name: str
    input: str
    rows: tuple[Row, ...]
    sql: str
    answer: object
    because: str
    generated: str = ""
    variant: str = "text"


def kept(*findings: str, **values: object) -> Expected:
    """Return the expectation of one row that is kept."""
    return Expected(kept=(values,), findings=findings)


def refused(reason: str) -> Expected:
    """Return the expectation of one row that is quarantined."""
    return Expected(quarantined=(reason,))


def case(
    name: str, input: str, expected: Expected, because: str, *rows: Row, variant: str = "text"
) -> Case:
    """Return a case; without rows the template is the row."""
    return Case(name, input, rows or ({},), expected, because, variant)


def order_amounts() -> list[Case]:
    """Return the cases of an amount written as text."""
    repaired, wrong = "net_amount:number format", "net_amount does not parse"
    readable: list[tuple[str, str, float, tuple[str, ...], str]] = [
        ("comma for thousands", "1,234.50", 1234.5, (repaired,), "Excel, English"),
        ("point for thousands", "1.234,50", 1234.5, (repaired,), "Excel, German"),
        ("apostrophe for thousands", "1'234.50", 1234.5, (repaired,), "Excel, Swiss"),
        ("blank for thousands", "1 234,50", 1234.5, (repaired,), "Excel, French"),
        (
            "narrow blank for thousands",
            "1\u202f234,50",
            1234.5,
            ("net_amount:cleaned", repaired),
            "what Intl.NumberFormat writes in French",
        ),
        ("Indian groups", "1,23,456.78", 123456.78, (repaired,), "lakh and crore"),
        ("several groups", "1.234.567", 1234567.0, (repaired,), "no decimals"),
        ("currency code before", "EUR 12,50", 12.5, (repaired,), "a formatted cell"),
        ("currency sign behind", "12,50 \u20ac", 12.5, (repaired,), "a formatted cell"),
        ("minus after the sign", "$ -12", -12.0, (repaired,), "an accounting format"),
        ("brackets for minus", "(12.50)", -12.5, (repaired,), "accounting"),
        ("minus behind", "12.50-", -12.5, (repaired,), "SAP"),
        ("typographic minus", "\u221212.5", -12.5, (repaired,), "copied from a report"),
        ("exponent", "1e3", 1000.0, (), "a float written by a program"),
        ("decimal comma", "12,5", 12.5, (repaired,), "one locale for some rows only"),
        ("comma that may be either", "1,234", 1234.0, (repaired,), "the setting decides"),
        ("point that may be either", "1.234", 1.234, (), "the setting decides"),
        ("no thousands after a zero", "0,500", 0.5, (repaired,), "no group starts with a zero"),
        ("point first", ".5", 0.5, (), "Oracle"),
        ("underscores", "1_000", 1000.0, (), "a literal of a programming language"),
        ("largest believed", "1000000000000", 1e12, (), "a currency of small units"),
    ]
    unreadable = [
        ("two points", "12.34.56", wrong, "a date or version in the wrong column"),
        ("both separators wrong", "12.34,5,6", wrong, "two values run together"),
        ("percent", "12%", wrong, "a rate in the column of the amount"),
        ("hexadecimal", "0x1F", wrong, "an id in the column of the amount"),
        ("fullwidth digits", "\uff11\uff12", wrong, "a Japanese keyboard"),
        ("word", "free", wrong, "a note in the column of the amount"),
        ("infinity", "inf", wrong, "a division by zero upstream"),
        ("beyond all floats", "1e400", wrong, "a broken exponent"),
        ("beyond belief", "1e15", "net_amount is out of range", "a bar code in the wrong column"),
        ("NaN", "NaN", "net_amount is missing", "pandas writes it for nothing"),
        ("two dashes", "--", "net_amount is missing", "a report writes it for nothing"),
    ]
    return [
        case(f"amount: {name}", "orders", kept(*found, net_amount=value), why, {"net_amount": text})
        for name, text, value, found, why in readable
    ] + [
        case(f"amount: {name}", "orders", refused(reason), why, {"net_amount": text})
        for name, text, reason, why in unreadable
    ]


def order_times() -> list[Case]:
    """Return the cases of a moment written as text."""
    repaired, wrong = "ordered_at:date format", "ordered_at does not parse"
    readable: list[tuple[str, str, str, tuple[str, ...], str]] = [
        ("seconds", "1709287200", "2024-03-01 10:00:00", (repaired,), "Unix time"),
        ("milliseconds", "1709287200000", "2024-03-01 10:00:00", (repaired,), "JavaScript"),
        ("microseconds", "1709287200000000", "2024-03-01 10:00:00", (repaired,), "BigQuery"),
        ("nanoseconds", "1709287200000000000", "2024-03-01 10:00:00", (repaired,), "pandas"),
        ("seconds with decimals", "1709287200.5", "2024-03-01 10:00:00.500000", (repaired,), "Py"),
        ("digits of a day", "20240115", "2024-01-15 00:00:00", (repaired,), "SAP"),
        ("digits to the second", "20240115103000", "2024-01-15 10:30:00", (repaired,), "a log"),
        ("zulu", "2024-01-15T10:30:00Z", "2024-01-15 10:30:00", (), "ISO 8601"),
        ("offset", "2024-01-15T10:30:00+02:00", "2024-01-15 08:30:00", (), "ISO 8601"),
        ("offset without colon", "2024-01-15T10:30:00+0530", "2024-01-15 05:00:00", (), "ISO 8601"),
        (
            "zone",
            "2024-01-15 10:30:00 Europe/Berlin",
            "2024-01-15 09:30:00",
            (repaired,),
            "PostgreSQL",
        ),
        (
            "summer in a zone",
            "2024-07-15 10:30:00 Europe/Berlin",
            "2024-07-15 08:30:00",
            (repaired,),
            "PostgreSQL",
        ),
        ("leap day", "2024-02-29", "2024-02-29 00:00:00", (), "every four years"),
        ("24 o'clock", "2024-01-15 24:00:00", "2024-01-16 00:00:00", (), "ISO 8601 until 2019"),
        ("single digits", "2024-1-5", "2024-01-05 00:00:00", (), "a script without padding"),
        ("day first", "31/12/2024", "2024-12-31 00:00:00", (repaired,), "Europe"),
        ("month first if only that is a day", "12/31/2024", "2024-12-31 00:00:00", (repaired,), ""),
        ("day first with dashes", "31-12-2024", "2024-12-31 00:00:00", (repaired,), "Excel, India"),
        ("two digits with dashes", "15-01-24", "2024-01-15 00:00:00", (repaired,), "Excel, India"),
        ("day first if both are days", "03/04/2024", "2024-04-03 00:00:00", (repaired,), "dmy"),
        ("points", "01.02.2024", "2024-02-01 00:00:00", (repaired,), "Germany"),
        ("two digits of a year", "15/01/24", "2024-01-15 00:00:00", (repaired,), "Excel"),
        ("month name", "Jan 5, 2024", "2024-01-05 00:00:00", (repaired,), "a report"),
        ("Oracle's own", "15-JAN-24", "2024-01-15 00:00:00", (repaired,), "DD-MON-RR"),
        ("afternoon", "2024-01-15 10:30:00 PM", "2024-01-15 22:30:00", (repaired,), "12 hours"),
        ("small letters", "2024-01-15 10:30 p.m.", "2024-01-15 22:30:00", (repaired,), "12 hours"),
        ("US afternoon", "1/15/2024 10:30 PM", "2024-01-15 22:30:00", (repaired,), "12 hours"),
        ("SQL Server", "Jan 15 2024 10:30PM", "2024-01-15 22:30:00", (repaired,), "its default"),
        (
            "mail header",
            "Mon, 15 Jan 2024 10:30:00 +0200",
            "2024-01-15 08:30:00",
            (repaired,),
            "RFC 2822",
        ),
        ("decimal comma", "2024-01-15 10:30:00,250", "2024-01-15 10:30:00.250000", (repaired,), ""),
        ("comma of ISO", "2024-01-15T10:30:00,250", "2024-01-15 10:30:00.250000", (repaired,), ""),
    ]
    unreadable = [
        ("30 February", "2024-02-30", wrong, "a form without a check"),
        ("29 February of no leap year", "2023-02-29", wrong, "a year added by hand"),
        ("leap second", "2016-12-31 23:59:60", wrong, "the last one there was"),
        ("zeros", "0000-00-00 00:00:00", wrong, "MySQL for nothing"),
        ("serial number", "45306", wrong, "Excel's days since 1900: too like any other number"),
        ("two digits of a year first", "24-13-15", wrong, "no order of day and month fits"),
        ("unknown zone", "2024-01-15 10:30:00 XYZ", wrong, "an abbreviation of one's own"),
        ("a word that engines know", "now", wrong, "PostgreSQL would read it"),
        ("year 1", "0001-01-01", "ordered_at is before 1990-01-01", "the zero of .NET"),
        ("day 0 of Unix", "1970-01-01", "ordered_at is before 1990-01-01", "a zero as a date"),
        ("year 9999", "9999-12-31", "ordered_at is after 2100-01-01", "for ever"),
        ("null word", "NULL", "ordered_at is missing", "MySQL in batch mode"),
    ]
    return [
        case(
            f"time: {name}", "orders", kept(*found, ordered_at=value), why or "as people write",
            {"ordered_at": text},
        )
        for name, text, value, found, why in readable
    ] + [
        case(f"time: {name}", "orders", refused(reason), why, {"ordered_at": text})
        for name, text, reason, why in unreadable
    ]  # fmt: skip


def order_ids() -> list[Case]:
    """Return the cases of the id of a customer on an order."""
    cleaned = "customer_id:cleaned"
    same: list[tuple[str, str, str, tuple[str, ...], str]] = [
        ("blanks around it", "  S0000001 ", "S0000001", (cleaned,), "fixed width files"),
        ("byte order mark", "\ufeffS0000001", "S0000001", (cleaned,), "the first cell of a CSV"),
        ("zero width space", "S000\u200b0001", "S0000001", (cleaned,), "copied from a web page"),
        ("right to left mark", "\u200fS0000001", "S0000001", (cleaned,), "Arabic or Hebrew forms"),
        ("decomposed accent", "Jose\u0301", "Jos\u00e9", (cleaned,), "file names of a Mac"),
        ("hard blank", "A\u00a01", "A 1", (cleaned,), "HTML"),
        ("line end inside", "A\n1", "A 1", (cleaned,), "Alt+Enter in a cell"),
        ("NUL inside", "A\x001", "A1", (cleaned,), "a C program"),
        ("two blanks inside", "A  1", "A 1", (cleaned,), "typed by hand"),
        ("leading zeros", "00123", "00123", (), "00123 and 123 may be two people"),
        ("decimals as text", "123.0", "123.0", (), "a float of pandas; 123.0 may be its own id"),
        ("homoglyph", "S\u041e000001", "S\u041e000001", (), "Cyrillic O: never guessed"),
        ("lower case", "s0000001", "s0000001", (), "ids are told apart by case"),
        ("fullwidth digits", "S\uff11", "S\uff11", (), "a Japanese keyboard"),
        ("emoji", "\U0001f6d2\U0001f469\u200d\U0001f4bb", "\U0001f6d2\U0001f469\u200d\U0001f4bb",
         (), "the joiner inside an emoji is part of it"),
        ("SQL", "Robert'); drop table orders;--", "Robert'); drop table orders;--", (), "a joke"),
        ("Jinja", "{{ 1 / 0 }}{% raw %}", "{{ 1 / 0 }}{% raw %}", (), "a template unfilled"),
        ("quotes and backslash", 'a"b\\', 'a"b\\', (), "escaping undone once too often"),
        ("a megabyte", "x" * 1_000_000, "x" * 1_000_000, (), "a document in the wrong column"),
    ]  # fmt: skip
    nobody: list[tuple[str, str | None, str]] = [
        ("missing", None, "a guest"),
        ("empty", "", "a CSV knows no null"),
        ("the word null", "null", "a template filled with nothing"),
        ("the word NaN", "NaN", "pandas"),
        ("backslash N", "\\N", "MySQL and Hive files"),
        ("only blanks", "   ", "fixed width files"),
        ("only zero width", "\u200b\ufeff", "copied from a web page"),
    ]
    return [
        case(f"id: {name}", "orders", kept(*found, customer_id=value), why, {"customer_id": text})
        for name, text, value, found, why in same
    ] + [
        case(f"id: {name}", "orders", refused("no identifier"), why, {"customer_id": text})
        for name, text, why in nobody
    ]


DUPLICATES = [
    case(
        "order: repeated", "orders",
        Expected(kept=({"net_amount": 10.0},), duplicates=("exact repeat",)),
        "a file delivered twice", {}, {},
    ),
    case(
        "order: changed later", "orders",
        Expected(kept=({"net_amount": 8.0},), duplicates=("superseded",)),
        "a log of changes",
        {"net_amount": "10", "updated_at": "2026-03-02 11:00:00"},
        {"net_amount": "8", "updated_at": "2026-03-02 12:00:00"},
    ),
    case(
        "order: dated against undated", "orders",
        Expected(kept=({"net_amount": 8.0},), duplicates=("superseded",)),
        "a source that dates only changes",
        {"net_amount": "10"}, {"net_amount": "8", "updated_at": "2026-03-02 12:00:00"},
    ),
    case(
        "order: contradicts at the same instant", "orders",
        Expected(kept=({"net_amount": 10.0},), duplicates=("contradicts the row that was kept",)),
        "two writers; the choice must not hang on the order of the file",
        {"net_amount": "8", "updated_at": "2026-03-02 12:00:00"},
        {"net_amount": "10", "updated_at": "2026-03-02 12:00:00"},
    ),
    case(
        "order: equal once cleaned", "orders",
        Expected(
            kept=({"order_id": "order: equal once cleaned"},),
            findings=("order_id:cleaned",),
            duplicates=("exact repeat",),
        ),
        "two exports, one of them padded",
        {"order_id": "order: equal once cleaned"}, {"order_id": "order: equal once cleaned  "},
    ),
    case(
        "order: same id in two systems", "orders",
        Expected(kept=({"source_system": "pos"}, {"source_system": "shop"})),
        "each shop counts from one", {"source_system": "shop"}, {"source_system": "pos"},
    ),
    case(
        "order: without a system is of the default one", "orders",
        Expected(
            kept=({"source_system": "shop"},), duplicates=("contradicts the row that was kept",)
        ),
        "one export says what another leaves out",
        {"source_system": "shop"}, {"source_system": None},
    ),
    case(
        "order: lines of one order", "orders",
        Expected(kept=({"net_amount": 15.0},)),
        "an export with a row per line", {"line_id": "1"}, {"line_id": "2", "net_amount": "5"},
    ),
    case(
        "order: refused beside accepted", "orders",
        Expected(kept=({"net_amount": 10.0},), quarantined=("net_amount does not parse",)),
        "a retry after an error", {}, {"net_amount": "error"},
    ),
    case(
        "customer: same id in two systems", "customers",
        Expected(kept=({"source_system": "crm"}, {"source_system": "erp"})),
        "each system counts from one", {}, {"source_system": "erp"},
    ),
    case(
        "event: received twice", "web_events",
        Expected(kept=({"received_at": "2026-03-02 10:00:01"},), duplicates=("superseded",)),
        "a tracker that retries: the first receipt counts",
        {"received_at": "2026-03-02 10:00:09"}, {"received_at": "2026-03-02 10:00:01"},
    ),
    case(
        "link: seen twice", "identifiers",
        Expected(kept=({"seen_at": "2026-03-02 10:00:00"},), duplicates=("superseded",)),
        "a link is seen at each visit",
        {"id_a": "d-one", "id_b": "d-two"},
        {"id_a": "d-one", "id_b": "d-two", "seen_at": "2026-03-03 10:00:00"},
    ),
]  # fmt: skip

PEOPLE = [
    case(f"email: {name}", "customers", kept(*found, email=value), why, {"email": text})
    for name, text, value, found, why in [
        ("name and address", "Ann B <Ann@Mail.Example>", "ann@mail.example", (), "a mail client"),
        ("mailto", "mailto:ann@mail.example", "ann@mail.example", (), "a link copied"),
        ("comma behind", "ann@mail.example,", "ann@mail.example", (), "cut out of a list"),
        ("blanks and capitals", " ANN@MAIL.EXAMPLE ", "ann@mail.example", ("email:cleaned",), ""),
        ("no domain", "ann@mail", None, ("email:not an e-mail address",), "cut off"),
        ("two at signs", "ann@@mail.example", None, ("email:not an e-mail address",), "a typo"),
        ("two addresses", "a@b.example; c@d.example", None, ("email:not an e-mail address",), ""),
        ("too long", "a" * 250 + "@b.example", None, ("email:not an e-mail address",), "spam"),
        ("a word for none", "none", None, ("email:null word",), "a required field"),
        ("international", "j\u00f6rg@m\u00fcller.example", "j\u00f6rg@m\u00fcller.example", (), ""),
        ("apostrophe", "o'neil@mail.example", "o'neil@mail.example", (), "a real name"),
    ]
] + [
    case("phone: trunk zero in brackets", "customers", kept(phone="+491511234567"), "print",
         {"phone": "+49 (0)151 1234567"}),
    case("phone: of the default country", "customers", kept(phone="+491511234567"), "typed",
         {"phone": "0151/1234567"}),
    case("phone: extension", "customers", kept(phone="+4930123456"), "business cards",
         {"phone": "030 123456 ext. 12"}),
    case("phone: letters", "customers", kept(phone=None, is_phone_unread=True), "a slogan",
         {"phone": "1-800-FLOWERS"}),
    case("phone: too short", "customers", kept(phone=None, is_phone_unread=True), "an extension",
         {"phone": "12"}),
    case("phone: a float", "customers", kept(phone="+491511234567"), "a spreadsheet",
         {"phone": "491511234567.0"}),
    case("country: by name", "customers", kept(country="DE"), "a form", {"country": "Deutschland"}),
    case("country: by habit", "customers", kept(country="GB"), "UK is no ISO code",
         {"country": "UK"}),
    case("country: Namibia is no null", "customers", kept(country="NA"), "pandas reads NA as null",
         {"country": "NA"}),
    case("country: unknown", "customers", kept(country="Elbonia", is_country_unknown=True), "",
         {"country": "Elbonia"}),
    case("gender: by letter", "customers", kept(gender="female"), "German: weiblich",
         {"gender": "W"}),
    case("gender: unknown code", "customers", kept(gender=None, is_gender_unknown=True),
         "a code of one's own", {"gender": "X7"}),
    case("name: surname Null", "customers", kept(last_name="Null"), "people are called that",
         {"last_name": "Null"}),
    case("name: right to left", "customers", kept(first_name="\u0645\u062d\u0645\u062f"), "Arabic",
         {"first_name": "\u0645\u062d\u0645\u062f"}),
    case("name: not joined in Persian", "customers",
         kept(first_name="\u0645\u06cc\u200c\u0646\u0627"), "the non-joiner is spelling",
         {"first_name": "\u0645\u06cc\u200c\u0646\u0627"}),
    case("birth: a day with an offset", "customers", kept(birth_date="1990-05-05"),
         "JSON writes days as moments; a birthday does not move",
         {"birth_date": "1990-05-05T00:00:00+02:00"}),
    case("birth: before 1900", "customers", kept("birth_date:implausible date", birth_date=None),
         "the first entry of a list", {"birth_date": "1890-01-01"}),
    case("birth: two digits of a year", "customers",
         kept("birth_date:implausible date", "birth_date:date format", birth_date=None),
         "45 is 1945 or 2045: a guess either way", {"birth_date": "05/05/45"}),
    case("birth: not a day", "customers", kept("birth_date:does not parse", birth_date=None),
         "a form without a check", {"birth_date": "1990-02-30"}),
    case("household: a fraction", "customers",
         kept("household_size:not a whole number", household_size=None), "an average",
         {"household_size": "2.5"}),
    case("household: a whole float", "customers", kept(household_size=2), "pandas",
         {"household_size": "2.0"}),
    case("flag: a word", "customers", kept(is_test=True), "German", {"is_test": "ja"}),
    case("flag: neither", "customers", kept("is_test:does not parse", is_test=False),
         "a third state", {"is_test": "maybe"}),
    case("customer: no id", "customers", refused("customer_id is missing"), "a join upstream",
         {"customer_id": "null"}),
    case("customer: no system", "customers", refused("source_system is missing"), "a join upstream",
         {"source_system": ""}),
]  # fmt: skip

OTHERS = [
    case("order: no id", "orders", refused("order_id is missing"), "a draft", {"order_id": "N/A"}),
    case("order: nothing paid", "orders", kept(net_amount=0.0), "a voucher", {"net_amount": "0"}),
    case("order: refund with a minus", "orders", kept("refund_amount:sign", refund_amount=4.0),
         "both signs are common", {"refund_amount": "-4"}),
    case("order: discount with a minus", "orders",
         kept("discount_amount:sign", discount_amount=2.0),
         "both are common", {"discount_amount": "-2.00"}),
    case("order: currency by sign", "orders", kept(currency="EUR"), "a shop front",
         {"currency": "\u20ac"}),
    case("order: currency unknown", "orders", kept(currency="QQQ"), "a test of a shop",
         {"currency": "qqq"}),
    case("order: optional amount unreadable", "orders",
         kept("tax_amount:does not parse", tax_amount=None), "a note", {"tax_amount": "incl."}),
    case("line: nothing of it", "order_items", kept(quantity=0.0), "a line struck out",
         {"quantity": "0"}),
    case("line: returned", "order_items", kept(quantity=-1.0), "returns as lines",
         {"quantity": "-1"}),
    case("line: by weight", "order_items", kept("quantity:number format", quantity=0.75),
         "a grocer", {"quantity": "0,750"}),
    case("line: no product", "order_items", refused("product_id is missing"), "a shipping fee",
         {"product_id": "-"}),
    case("product: no id", "products", refused("product_id is missing"), "an empty row at the end",
         {"product_id": None}),
    case("rate: zero", "exchange_rates", refused("rate_to_reporting is not positive"),
         "a rate not yet known", {"rate_to_reporting": "0"}),
    case("rate: below zero", "exchange_rates", refused("rate_to_reporting is not positive"),
         "a sign lost", {"rate_to_reporting": "-1.1"}),
    case("event: clock ahead", "web_events",
         kept("occurred_at:clock ahead", occurred_at="2026-03-02 10:00:00"), "a phone set by hand",
         {"occurred_at": "2027-01-01 00:00:00", "received_at": "2026-03-02 10:00:00"}),
    case("event: late", "web_events",
         kept("received_at:late arrival", occurred_at="2026-03-02 10:00:00"), "a phone offline",
         {"received_at": "2026-03-09 10:00:00"}),
    case("event: unknown name", "web_events", kept(event_name="wishlisted"),
         "each shop has its own", {"event_name": "Wishlisted"}),
    case("event: empty page", "web_events", kept(page_url=None), "an app",
         {"page_url": ""}),
    case("event: nobody", "web_events", refused("no identifier"), "cookies refused",
         {"anonymous_id": "undefined"}),
    case("message: unknown type", "messages", refused("unknown event_type"), "a new kind",
         {"event_type": "snoozed"}),
    case("message: odd case", "messages", kept(event_type="open", channel="email"), "an enum",
         {"event_type": "OPEN", "channel": "E-Mail"}),
    case("message: nobody", "messages", refused("no identifier"), "a list deleted",
         {"customer_id": None}),
    case("visit: unknown identifier", "offline_events", refused("unknown identifier_type"),
         "a kind that identities does not know", {"identifier_type": "passport"}),
    case("visit: type in capitals", "offline_events", kept(identifier_type="customer_id"),
         "an enum", {"identifier_type": "CUSTOMER_ID"}),
    case("survey: not an address", "survey_responses",
         refused("identifier is not an e-mail address"),
         "a name in the field", {"identifier_type": "email", "identifier": "Ann"}),
    case("survey: answer in lines", "survey_responses",
         kept(answer="survey: answer in lines", score=None), "text as it came", {"score": None}),
    case("enrichment: ended before it began", "enrichment", kept(value="red"), "bought late",
         {"obtained_at": "2026-03-02", "expires_at": "2026-01-01"}),
    case("consent: odd case", "consents",
         kept(status="granted", purpose="marketing", channel="email"), "an enum",
         {"status": "Granted", "purpose": "MARKETING", "channel": "Email"}),
    case("consent: unknown status", "consents", refused("unknown status"), "never a yes by guess",
         {"status": "perhaps"}),
    case("consent: unknown purpose", "consents", kept(purpose="raffles"),
         "a purpose that no tactic asks for grants nothing", {"purpose": "Raffles"}),
    case("erasure: of nobody known", "erasure_requests", kept(identifier="nobody@mail.example"),
         "erased long ago"),
    case("erasure: undated", "erasure_requests", refused("requested_at is missing"),
         "a request by telephone", {"requested_at": ""}),
    case("exposure: no variant", "experiment_exposures", refused("variant is missing"),
         "a flag service that fell back", {"variant": ""}),
    case("link: nothing at one end", "identifiers", refused("id_b is missing"), "logged out",
         {"id_a": "d-three", "id_b": "undefined"}),
]  # fmt: skip

TEXT = order_ids() + order_amounts() + order_times() + DUPLICATES + PEOPLE + OTHERS

TYPED = [
    case(f"typed: {name}", input, expected, why, row, variant="typed")
    for name, input, expected, why, row in [
        ("NaN", "orders", refused("net_amount is not a finite number"), "0.0 / 0",
         {"net_amount": "nan"}),
        ("infinity", "orders", refused("net_amount is not a finite number"), "1.0 / 0",
         {"net_amount": "inf"}),
        ("null", "orders", refused("net_amount is missing"), "an outer join",
         {"net_amount": None}),
        ("beyond belief", "orders", refused("net_amount is out of range"), "cents to the power",
         {"net_amount": "-1e18"}),
        ("NaN where it is optional", "orders",
         kept("tax_amount:out of range", tax_amount=None), "0.0 / 0", {"tax_amount": "nan"}),
        ("moment with a zone", "orders", kept(ordered_at="2024-01-15 08:30:00"), "timestamptz",
         {"ordered_at": "2024-01-15 10:30:00+02:00"}),
        ("infinite moment", "orders", refused("ordered_at is after 2100-01-01"), "PostgreSQL",
         {"ordered_at": "infinity"}),
        ("card as a float", "orders", kept(loyalty_number="123"), "an integer column with gaps",
         {"loyalty_number": "123.0"}),
        ("large id as a float", "orders", kept(loyalty_number="1234567890123456"), "no exponent",
         {"loyalty_number": "1234567890123456"}),
        ("NaN as an id", "orders", refused("no identifier"), "pandas",
         {"customer_id": None, "loyalty_number": "nan"}),
        ("milliseconds", "web_events",
         kept("occurred_at:date format", occurred_at="2024-03-01 10:00:00"), "JavaScript",
         {"occurred_at": "1709287200000"}),
        ("seconds", "messages",
         kept("occurred_at:date format", occurred_at="2024-03-01 10:00:00.500000"), "Python",
         {"occurred_at": "1709287200.5"}),
        ("NaN seconds", "messages", refused("occurred_at does not parse"), "Python",
         {"occurred_at": "nan"}),
        ("second zero", "messages", refused("occurred_at is before 1990-01-01"), "a zero as a date",
         {"occurred_at": "0"}),
        ("microseconds", "offline_events",
         kept("occurred_at:date format", occurred_at="2024-03-01 10:00:00"), "Spark",
         {"occurred_at": "1709287200000000"}),
        ("nanoseconds", "survey_responses",
         kept("answered_at:date format", answered_at="2024-03-01 10:00:00"), "pandas",
         {"answered_at": "1709287200000000000"}),
        ("impossible day as a number", "exchange_rates", refused("rate_date does not parse"), "SAP",
         {"rate_date": "20240230"}),
        ("flag as 2", "messages",
         kept("occurred_at:date format", "is_machine_open:does not parse", is_machine_open=False),
         "a third state", {"is_machine_open": "2"}),
        ("id as a uuid", "messages",
         kept("occurred_at:date format", message_id="9b2c6f0e-0000-4000-8000-000000000001"),
         "PostgreSQL", {"message_id": "9B2C6F0E-0000-4000-8000-000000000001"}),
        ("status of an enum", "orders", kept(status="printed"),
         "a type with a list of words, one of which names another type",
         {"status": "printed"}),
        ("product as a number", "order_items", kept(product_id="222"), "an integer key with gaps",
         {"product_id": "222"}),
        ("tags as a list", "products", kept(tags="[new, gift]"), "a nested type",
         {"tags": "[new, gift]"}),
        ("birthday as a moment", "customers", kept(birth_date="1990-05-05"), "a driver's only type",
         {"birth_date": "1990-05-05 00:00:00"}),
        ("half a person", "customers",
         kept("household_size:not a whole number", household_size=None), "an average",
         {"household_size": "2.5"}),
        ("consent to the nanosecond", "consents", kept(changed_at="2024-03-01 10:00:00.123456"),
         "pandas", {"changed_at": "2024-03-01 10:00:00.123456100"}),
    ]
]  # fmt: skip

# How the typed variant declares columns: as the sources behind the cases do.
RETYPED = {
    "orders": """
        cast(net_amount as double) as net_amount,
        cast(tax_amount as double) as tax_amount,
        cast(ordered_at as timestamptz) as ordered_at,
        try_cast(substr(loyalty_number, 2) as double) as loyalty_number,
        cast(status as enum (
            'completed', 'cancelled', 'refunded', 'partially_refunded', 'shipped', 'printed'
        )) as status
    """,
    "web_events": "epoch_ms(occurred_at) as occurred_at, epoch_ms(received_at) as received_at",
    "messages": """
        epoch(occurred_at) as occurred_at,
        cast(is_machine_open as integer) as is_machine_open,
        cast(md5(message_id) as uuid) as message_id
    """,
    "offline_events": "epoch_us(occurred_at) as occurred_at",
    "survey_responses": "epoch_ns(answered_at) as answered_at",
    "exchange_rates": "cast(strftime(rate_date, '%Y%m%d') as integer) as rate_date",
    "order_items": """
        cast(substr(product_id, 2) as double) as product_id, cast(line_id as varchar) as line_id
    """,
    "products": """
        cast(substr(product_id, 2) as bigint) as product_id, string_split(tags, ',') as tags
    """,
    "customers": """
        cast(household_size as double) as household_size,
        cast(birth_date as timestamp) as birth_date,
        cast(is_test as tinyint) as is_test
    """,
    "consents": "cast(changed_at as timestamp_ns) as changed_at",
}

# The typed inputs are built on the warehouse made from the texts. In between the source has put its
# columns in another order, too, and has dropped one of them and added another.
DROPPED_COLUMN = ("customers", "longitude")
ADDED_COLUMN = ("customers", "x_tier", "'gold'")

# What the templates say in those types: 2026-03-02 10:00:00 as numbers.
TYPED_TEMPLATES: dict[str, Row] = {
    "web_events": {"occurred_at": "1772445600000"},
    "messages": {"occurred_at": "1772445600"},
    "offline_events": {"occurred_at": "1772445600000000"},
    "survey_responses": {"answered_at": "1772445600000000000"},
    "exchange_rates": {"rate_date": "20260302"},
    "order_items": {"product_id": "1"},
    "products": {"product_id": "9001"},
}

# Texts of amounts have decimal commas in this variant; so have those of its clean rows.
READ_BY_SETTINGS = [
    case(f"settings: {name}", "orders", expected, why, row, variant="settings")
    for name, expected, why, row in [
        ("comma that may be either", kept("net_amount:number format", net_amount=1.234),
         "read as decimal", {"net_amount": "1,234"}),
        ("point that may be either", kept(net_amount=1234.0),
         "read as thousands", {"net_amount": "1.234"}),
        ("point that can only be decimal", kept(net_amount=12.5), "half of an export",
         {"net_amount": "12.5"}),
        ("no thousands after a zero", kept(net_amount=0.5), "no group starts with a zero",
         {"net_amount": "0.500"}),
        ("thousands and decimals", kept("net_amount:number format", net_amount=1234567.89),
         "Excel, German", {"net_amount": "1.234.567,89"}),
        ("month first if both are days",
         kept("ordered_at:date format", ordered_at="2024-03-04 00:00:00"), "mdy",
         {"ordered_at": "03/04/2024"}),
        ("day first if only that is a day",
         kept("ordered_at:date format", ordered_at="2024-12-31 00:00:00"), "a second export",
         {"ordered_at": "31/12/2024"}),
        ("points are day first",
         kept("ordered_at:date format", ordered_at="2024-02-01 00:00:00"), "nobody writes 2.1.2024",
         {"ordered_at": "01.02.2024"}),
        ("local winter", kept(ordered_at="2025-01-15 11:00:00"), "Berlin",
         {"ordered_at": "2025-01-15 12:00:00"}),
        ("local summer", kept(ordered_at="2025-07-15 10:00:00"), "Berlin",
         {"ordered_at": "2025-07-15 12:00:00"}),
        ("hour that is skipped", kept(ordered_at="2025-03-30 01:30:00"), "the clocks go forward",
         {"ordered_at": "2025-03-30 02:30:00"}),
        ("hour that comes twice", kept(ordered_at="2025-10-26 01:30:00"), "the clocks go back",
         {"ordered_at": "2025-10-26 02:30:00"}),
        ("offset against the setting", kept(ordered_at="2025-01-15 17:00:00"),
         "what the row says counts", {"ordered_at": "2025-01-15 12:00:00-05:00"}),
        ("seconds are of UTC", kept("ordered_at:date format", ordered_at="2024-03-01 10:00:00"),
         "Unix time has no zone", {"ordered_at": "1709287200"}),
        ("digits are local", kept("ordered_at:date format", ordered_at="2024-01-15 09:30:00"),
         "a time of day of the clock on the wall", {"ordered_at": "20240115103000"}),
        ("day stays a day", kept(ordered_at="2024-01-15 00:00:00"),
         "midnight in Berlin is the day before in UTC", {"ordered_at": "2024-01-15"}),
    ]
] + [
    case("settings: birthday stays a day", "customers", kept(birth_date="1990-05-05"),
         "no zone moves a birthday", {"birth_date": "1990-05-05 00:00:00"}, variant="settings"),
    case("settings: phone of the other default country", "customers", kept(phone="+12125550123"),
         "an American shop", {"phone": "(212) 555-0123"}, variant="settings"),
]  # fmt: skip

SETTINGS: dict[str, dict[str, object]] = {
    "text": {},
    "typed": {},
    "settings": {
        "covey_decimal_separator": ",",
        "covey_date_order": "mdy",
        "covey_source_timezone": "Europe/Berlin",
        "covey_default_country": "US",
    },
}

CASES = TEXT + TYPED + READ_BY_SETTINGS

EVENTS = """
    select
        '{case} ' || i as event_id, '{case}' as anonymous_id, '{case}' as utm_campaign,
        '2026-03-03 10:00:00'::timestamp + to_microseconds(i * {microseconds}) as occurred_at,
        'page_view' as event_name
    from range({rows}) as numbers (i)
"""
SESSIONS = """
    select count(*), max(event_count), max(bot_reason) from covey_intermediate.int_sessions
    where session_id in (
        select session_id from covey_personal.int_session_days where anonymous_id = '{case}'
    )
"""
CUSTOMERS_OF_IDS = """
    select count(*), count(distinct customer_key) from covey_personal.identities
    where id_value like '{case}%'
"""

CONSEQUENCES: list[Consequence] = [
    Consequence(
        "later: an order of 2099", "orders", ({"ordered_at": "2099-12-31 10:00:00"},),
        """
        select as_of.as_of_date < '2027-01-01', findings.row_count
        from covey_intermediate.int_as_of as as_of
        cross join covey_marts.input_findings as findings
        where findings.input = 'orders' and findings.finding = 'after the as-of date'
        """,
        [(True, 1)], "one typo must not age all customers by 73 years",
    ),
    Consequence(
        "later: a credit note", "orders", ({"net_amount": "-20"},),
        """
        select net_amount, refund_amount, is_credit_note
        from covey_intermediate.int_orders_resolved where order_id = '{case}'
        """,
        [(0.0, 20.0, True)], "money back is no purchase",
    ),
    Consequence(
        "later: a currency without a rate", "orders", ({"currency": "QQQ"},),
        """
        select net_amount, is_rate_missing
        from covey_intermediate.int_orders_resolved where order_id = '{case}'
        """,
        [(None, True)], "10 of what is not 10 euros",
    ),
    Consequence(
        "later: before the first rate", "orders",
        ({"currency": "USD", "ordered_at": "2020-01-01 00:00:00"},),
        """
        select net_amount, is_rate_missing
        from covey_intermediate.int_orders_resolved where order_id = '{case}'
        """,
        [(None, True)], "a history longer than that of the rates",
    ),
    Consequence(
        "later: an order of a customer nobody knows", "orders",
        ({"customer_id": "later: nobody knows"},),
        """
        select count(*), count(customers.customer_key), max(orders.net_amount)
        from covey_intermediate.int_orders_resolved as orders
        left join covey_personal.customers as customers
            on orders.customer_key = customers.customer_key
        where orders.order_id = '{case}'
        """,
        [(1, 1, 10.0)], "CRM and shop are exported on different days; a buyer is a customer",
    ),
    Consequence(
        "later: a buyer with an e-mail only", "orders",
        ({"customer_id": None, "email": "only.buyer@mail.example"},),
        """
        select count(*), count(customers.customer_key)
        from covey_intermediate.int_orders_resolved as orders
        left join covey_personal.customers as customers
            on orders.customer_key = customers.customer_key
        where orders.order_id = '{case}'
        """,
        [(1, 1)], "a guest",
    ),
    Consequence(
        "later: a line without its order", "order_items", ({"order_id": "nonesuch"},),
        "select count(*) from covey_intermediate.int_order_items_resolved where line_id = '{case}'",
        [(0,)], "lines are exported before orders; it counts once the order is there",
    ),
    Consequence(
        "later: a cart of a billion thousands", "web_events",
        tuple(
            {
                "event_id": name, "event_name": name, "cart_id": "later: huge cart",
                "cart_value": "1e12", "user_id": "S0000001", "anonymous_id": "later: huge cart",
            }
            for name in ["login", "add_to_cart"]
        ),
        """
        select cart_value, is_abandoned from covey_intermediate.int_carts
        where cart_id = 'later: huge cart'
        """,
        [(1e12, True)], "cents of a small currency",
    ),
    Consequence(
        "later: 100000 events in a session", "web_events", (), SESSIONS,
        [(1, 100_000, "runaway session")], "a page left open that polls each second",
        generated=EVENTS.format(
            case="later: 100000 events in a session", rows=100_000, microseconds=1_000_000
        ),
    ),
    Consequence(
        "later: 10000 events in a minute", "web_events", (), SESSIONS,
        [(1, 10_000, "machine session")], "a script",
        generated=EVENTS.format(
            case="later: 10000 events in a minute", rows=10_000, microseconds=5_000
        ),
    ),
    Consequence(
        "later: a crawler", "web_events",
        ({"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},), SESSIONS,
        [(1, 1, "machine session")], "a search engine",
    ),
    Consequence(
        "later: two people on one device", "web_events",
        (
            {"event_id": "two people 1", "user_id": "S0000001"},
            {"event_id": "two people 2", "user_id": "S0000002",
             "occurred_at": "2026-03-02 10:01:00"},
        ),
        """
        select count(*), count(distinct customer_key) from covey_intermediate.int_sessions
        where session_id in (
            select session_id from covey_personal.int_session_days where anonymous_id = '{case}'
        )
        """,
        [(2, 2)], "a family's tablet: two sessions, and the device joins nobody",
    ),
    Consequence(
        "later: links in a circle", "identifiers",
        (
            {"id_type_a": "loyalty_number", "id_type_b": "email",
             "id_a": "{case} card", "id_b": "circle@mail.example"},
            {"id_type_a": "email", "id_type_b": "loyalty_number",
             "id_a": "circle@mail.example", "id_b": "{case} card"},
        ),
        """
        select count(*), count(distinct customer_key) from covey_personal.identities
        where id_value in ('{case} card', 'circle@mail.example')
        """,
        [(2, 1)], "each system exports the link from its own side",
    ),
    Consequence(
        "later: a link to itself", "identifiers",
        ({"id_type_a": "loyalty_number", "id_type_b": "loyalty_number",
          "id_a": "{case} card", "id_b": "{case} card"},),
        CUSTOMERS_OF_IDS, [(1, 1)], "a self join upstream",
    ),
    Consequence(
        "later: an unknown event", "web_events", ({"event_name": "Teleported"},),
        """
        select count(*) from covey_marts.input_findings
        where input = 'web_events' and column_name = 'event_name' and finding = 'unknown name'
            and row_count >= 1
        """,
        [(1,)], "noted, so that the taxonomy can be completed",
    ),
    Consequence(
        "later: a placeholder for an e-mail", "customers",
        tuple(
            {"customer_id": f"placeholder {i}", "email": "none@none.example"} for i in range(12)
        ),
        """
        select count(distinct customer_key) from covey_personal.identities
        where id_type = 'customer_id' and id_value like 'placeholder %'
        """,
        [(12,)], "a required field filled by staff: it joins nobody",
    ),
    Consequence(
        "between runs: a column dropped", "customers", (),
        """
        select count(*) > 0, count(latitude) > 0, count(longitude)
        from covey_personal.stg_customers
        """,
        [(True, True, 0)], "a release of the source", variant="typed",
    ),
    Consequence(
        "between runs: a column added", "customers", (),
        "select max(extra_attributes ->> '$.x_tier') from covey_personal.stg_customers",
        [("gold",)], "a release of the source", variant="typed",
    ),
    Consequence(
        "between runs: a row refused again", "orders", ({"net_amount": None},),
        """
        select count(*) from covey_personal.quarantined_records
        where input = 'orders' and source_row ->> '$.coupon_code' = '{case}'
        """,
        [(1,)], "it is quarantined once, whatever was there before", variant="typed",
    ),
    Consequence(
        "between runs: what is gone", "orders", (),
        """
        select count(*) from covey_personal.quarantined_records
        where input = 'orders' and source_row ->> '$.coupon_code' like 'amount: %'
        """,
        [(0,)], "a row that the source mended or dropped is no longer refused", variant="typed",
    ),
    Consequence(
        "later: born in the future", "customers",
        (
            {"customer_id": "S0000003", "source_system": "shop", "birth_date": "2045-05-05",
             "updated_at": "2026-06-01 10:00:00"},
        ),
        """
        select customers.birth_date, customer_features.age_years
        from covey_features.customer_features
        inner join covey_personal.customers using (customer_key)
        inner join covey_personal.identities using (customer_key)
        where identities.id_type = 'customer_id' and identities.id_value = 'S0000003'
            and identities.source_system = 'shop'
        """,
        [("2045-05-05", None)], "two digits of a year, completed by the source",
    ),
    Consequence(
        "later: an erasure of nobody", "erasure_requests", ({"identifier": "gone@mail.example"},),
        "select count(*) from covey_personal.stg_erasure_requests where request_type = '{case}'",
        [(1,)], "it waits: whoever comes under that name is not taken in",
    ),
    Consequence(
        "later: a yes withdrawn at the same instant", "consents",
        (
            {"identifier_type": "customer_id", "identifier": "S0000001", "channel": "sms"},
            {"identifier_type": "customer_id", "identifier": "S0000001", "channel": "sms",
             "status": "withdrawn"},
        ),
        """
        select consent_status.is_granted
        from covey_marts.consent_status
        inner join covey_personal.identities using (customer_key)
        where identities.id_type = 'customer_id' and identities.id_value = 'S0000001'
            and identities.source_system = 'shop'
            and consent_status.purpose = 'marketing' and consent_status.channel = 'sms'
        """,
        [(False,)], "of two answers the one that protects counts",
    ),
]  # fmt: skip
