"""The rules of the vendors, in SQL and by an implementation of their own in Python."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))
from activation_cases import renderer


def google_email(text: str) -> str:
    local, _, domain = text.lower().replace(" ", "").partition("@")
    if domain in ("gmail.com", "googlemail.com"):
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}"


def meta_email(text: str) -> str:
    return text.lower().replace(" ", "")


def google_phone(text: str) -> str | None:
    digits = "".join(letter for letter in text if letter in "0123456789")
    return "+" + digits if text.strip().startswith("+") else None


def meta_phone(text: str) -> str | None:
    digits = "".join(letter for letter in text if letter in "0123456789")
    return digits.lstrip("0") or None


def google_name(text: str) -> str | None:
    words = text.lower().split(" ")
    plain = " ".join(word for word in words if word)
    while match := re.match(r"(?:mr|mrs|ms|miss|dr|prof)\. *(.*)", plain, re.DOTALL):
        plain = match[1]
    return re.sub(r",? (?:jr|sr)\.?$", "", plain).strip(" ") or None


def letters_and_blanks(text: str) -> str:
    return "".join(
        letter
        for letter in text.lower()
        if letter == " " or unicodedata.category(letter)[0] in "LM"
    )


def meta_name(text: str) -> str | None:
    return " ".join(word for word in letters_and_blanks(text).split(" ") if word) or None


def meta_city(text: str) -> str | None:
    return letters_and_blanks(text).replace(" ", "") or None


def meta_postal_code(text: str, country: str) -> str | None:
    plain = text.lower().replace(" ", "")
    if country == "US":
        plain = "".join(letter for letter in plain if letter in "0123456789")[:5]
    if country == "GB" and re.search("[a-z][a-z]$", plain):
        plain = plain[:-2]
    return plain or None


NAMES = st.text(
    st.sampled_from("aAbBzZ .,'-+@0189éÉüßøÅñçŁ中ん정ёЖ\u0301"), max_size=14
) | st.sampled_from(["Dr. Ada", "Mrs. Dr. Ada  Lovelace", "King Jr.", "king, sr", "Jean-Luc", ""])
ADDRESSES = st.builds(
    lambda local, tag, domain: f"{local}{tag}@{domain}",
    st.text(st.sampled_from("aA.bZ09_-é"), min_size=1, max_size=8),
    st.sampled_from(["", "+shop", "+a.b+c"]),
    st.sampled_from(["gmail.com", "GMAIL.com", "googlemail.com", "mail.gmail.com", "Example.com"]),
)
PHONES = st.text(st.sampled_from("+ ()-./0123456789"), max_size=16)
CODES = st.text(st.sampled_from("aAbBsSwW 0123456789-"), max_size=9)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def said_by_sql(database: duckdb.DuckDBPyConnection, macro: str, values: list[str]) -> list:
    expression = renderer().render(f"{{{{ covey.{macro}('value') }}}}")
    query = f"select {expression} from unnest($values) with ordinality as t(value, n) order by n"
    return [row[0] for row in database.execute(query, {"values": values}).fetchall()]


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (google_email, ADDRESSES),
        (meta_email, ADDRESSES),
        (google_phone, PHONES),
        (meta_phone, PHONES),
        (google_name, NAMES),
        (meta_name, NAMES),
        (meta_city, NAMES),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_is_the_same_in_both(database, rule, values):
    @settings(max_examples=10)
    @given(st.lists(values, min_size=1, max_size=200))
    def compare(drawn):
        assert said_by_sql(database, rule.__name__, drawn) == [rule(value) for value in drawn]

    compare()


@settings(max_examples=10)
@given(st.lists(st.tuples(CODES, st.sampled_from(["US", "GB", "DE"])), min_size=1, max_size=200))
def test_postal_codes_are_the_same_in_both(database, drawn):
    expression = renderer().render("{{ covey.meta_postal_code('code', 'country') }}")
    query = (
        f"select {expression} from (values {', '.join(['(?, ?)'] * len(drawn))}) t(code, country)"
    )
    rows = database.execute(query, [cell for row in drawn for cell in row]).fetchall()
    assert [row[0] for row in rows] == [meta_postal_code(*row) for row in drawn]


@settings(max_examples=10)
@given(st.lists(NAMES, min_size=1, max_size=200))
def test_hashes_and_encodings_are_those_of_python(database, drawn):
    assert said_by_sql(database, "sha256", drawn) == [
        hashlib.sha256(value.encode()).hexdigest() for value in drawn
    ]
    assert said_by_sql(database, "url_encoded", drawn) == [quote(value, safe="") for value in drawn]


def test_engines_without_a_function_encode_ascii_alike(database):
    text = "".join(chr(code) for code in range(32, 127) if chr(code) != "\\")
    made = renderer().packages["covey"]["default__url_encoded"]("value")
    (row,) = database.execute(
        f"select {made} from (select $text as value)", {"text": text}
    ).fetchall()
    assert row[0] == quote(text, safe="")


@pytest.mark.parametrize(
    ("macro", "given_value", "wanted"),
    [
        # The examples of the vendors' own pages; docs/activate-audiences.md names them.
        ("google_email", "cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com"),
        ("google_email", "user.name+NYC@Example.com", "user.name+nyc@example.com"),
        ("google_phone", "+1 (800) 555-0100", "+18005550100"),
        ("meta_phone", "+447123456", "447123456"),
        ("meta_phone", "00447123456", "447123456"),
    ],
)
def test_examples_of_the_vendors(database, macro, given_value, wanted):
    assert said_by_sql(database, macro, [given_value]) == [wanted]
