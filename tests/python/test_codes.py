"""Codes and telephone numbers: the seeds are what the generator writes, the SQL reads them right.

What needs phonenumbers or Babel is skipped where they are not installed; the tables of cases need
neither.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Project

SEEDS = ROOT / "seeds"

Number = tuple[str, str | None]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with nothing in its database but the seeds of codes."""
    folder = tmp_path_factory.mktemp("codes")
    project = Project(folder / "warehouse.duckdb", folder / "target")
    project.dbt("seed", "--select", "code_aliases", "phone_plans")
    return project


@pytest.fixture(scope="module")
def statements(seeded: Project) -> list[str]:
    """Return the SQL of the macros, as dbt renders it: numbers, calling codes, aliases, e-mail."""
    calls = [
        "{{ covey.standard_phones('numbers', 'number', 'country') }}",
        """select calling_code from {{ ref('phone_plans') }}
        where {{ covey.calling_code("(calling_code || '0')") }} <> calling_code""",
        """select case code_type
            when 'language' then {{ covey.code_alias('spelling', 'language') }}
            else {{ covey.code_alias('spelling', 'country') }}
        end from spellings""",
        "select {{ covey.standard_email('address') }} from addresses",
    ]
    inline = "\n;;\n".join(calls)
    done = seeded.dbt("--quiet", "compile", "--inline", inline)
    return done.stdout.split("\n;;\n")


def standardised(seeded: Project, statement: str, numbers: list[Number]) -> list[str | None]:
    """Return the E.164 form of numbers and the countries they are written in."""
    with duckdb.connect(str(seeded.database), read_only=True) as connection:
        connection.execute(
            "create temp table numbers (position integer, number varchar, country varchar)"
        )
        positions, texts, countries = range(len(numbers)), *zip(*numbers, strict=True)
        connection.execute(
            "insert into numbers select unnest(?), unnest(?), unnest(?)",
            [list(positions), list(texts), list(countries)],
        )
        rows = connection.execute(
            f"select phone_e164 from ({statement}) as numbers order by position"
        ).fetchall()
    assert len(rows) == len(numbers)
    return [row[0] for row in rows]


CASES: list[tuple[str | None, str | None, str | None]] = [
    # Written in many ways, one number.
    ("+4915112345678", "DE", "+4915112345678"),
    ("+49 151 / 123 456-78", "DE", "+4915112345678"),
    ("+49 (0)151 12345678", "DE", "+4915112345678"),
    ("0049 151 12345678", "DE", "+4915112345678"),
    ("0151 12345678", "DE", "+4915112345678"),
    ("(0151) 12345678", None, "+4915112345678"),
    ("4915112345678", "DE", "+4915112345678"),
    ("Tel.: 0151-12345678", "DE", "+4915112345678"),
    ("tel:+49-151-12345678", "FR", "+4915112345678"),
    ("\uff0b49 151 12345678", "DE", "+4915112345678"),
    ("+49\u00a0151\u00a012345678", "DE", "+4915112345678"),
    # Extensions are cut off.
    ("+1 212-555-1234 ext. 12", "US", "+12125551234"),
    ("(212) 555-1234 x12", "US", "+12125551234"),
    ("212.555.1234 #9", "US", "+12125551234"),
    ("030 123456;ext=7", "DE", "+4930123456"),
    # The plan of the country says what is dialled for the plus, and before a national number.
    ("011 44 20 7946 0018", "US", "+442079460018"),
    ("0011 44 20 7946 0018", "AU", "+442079460018"),
    ("010 44 20 7946 0018", "JP", "+442079460018"),
    ("0113 496 0018", "GB", "+441134960018"),
    ("1 212 555 1234", "US", "+12125551234"),
    ("8 (495) 123-45-67", "RU", "+74951234567"),
    ("8 10 49 151 12345678", "RU", "+4915112345678"),
    ("06 1 234 5678", "HU", "+3612345678"),
    ("8 029 123 45 67", "BY", "+375291234567"),
    ("0 7911 123456", "GG", "+447911123456"),
    # Italy keeps the zero, Spain never had one.
    ("+39 06 6982 1234", "IT", "+390669821234"),
    ("+39 (0)6 6982 1234", "DE", "+390669821234"),
    ("06 6982 1234", "VA", "+390669821234"),
    ("+34 (0)912 345 678", "ES", "+34912345678"),
    # Too short, too long, no such calling code, no number.
    ("+1 212 555 123", "US", None),
    ("+1 212 555 12345", "US", None),
    ("555-1234", "US", None),
    ("01 23 45 67", "FR", None),
    ("+49 1", "DE", None),
    ("+999 123 456 789", "DE", None),
    ("+210 123 456 789", "DE", None),
    ("1-800-FLOWERS", "US", None),
    ("0151 123****8", "DE", None),
    ("+1 212 555 1234", "AQ", "+12125551234"),
    ("212 555 1234", "AQ", None),
    ("unknown", "DE", None),
    ("", "DE", None),
    (None, "DE", None),
]


def test_numbers_of_a_fixed_table(seeded: Project, statements: list[str]) -> None:
    found = standardised(seeded, statements[0], [(number, country) for number, country, _ in CASES])
    wrong = [
        (*case, result) for case, result in zip(CASES, found, strict=True) if result != case[2]
    ]
    assert wrong == []


def test_the_default_country_is_a_code(seeded: Project) -> None:
    done = seeded.dbt(
        "compile",
        "--inline",
        "{{ covey.standard_phones('numbers', 'number') }}",
        variables={"covey_default_country": "Germany"},
        ok=False,
    )
    assert "covey_default_country must be a code of two letters" in done.stdout


def test_standard_numbers_stay_as_they_are(seeded: Project, statements: list[str]) -> None:
    standard = [(result, country) for _, country, result in CASES if result]
    found = standardised(seeded, statements[0], standard)
    assert found == [number for number, _ in standard]


def test_a_calling_code_is_found_by_its_first_digits(
    seeded: Project, statements: list[str]
) -> None:
    assert seeded.query("select count(*) from covey_seeds.phone_plans")[0][0] > 240
    assert seeded.query(statements[1]) == []


SPELLINGS = [
    ("country", " Deutschland ", "DE"),
    ("country", "UNITED  STATES", "US"),
    ("country", "U.K.", "GB"),
    ("country", "England", "GB"),
    ("country", "Holland", "NL"),
    ("country", "Côte d\u2019Ivoire", "CI"),
    ("country", "osterreich", "AT"),
    ("country", "Oesterreich", "AT"),
    ("country", "Niemcy", "DE"),
    ("country", "na", "NA"),
    ("country", "QAT", "QA"),
    ("country", "Congo", None),
    ("country", "Soviet Union", None),
    ("currency", "€", "EUR"),
    ("currency", "eur.", "EUR"),
    ("currency", "Euro", "EUR"),
    ("currency", "£", "GBP"),
    ("currency", "US Dollars", "USD"),
    ("currency", "$", None),
    ("currency", "¥", None),
    ("currency", "dem", None),
    ("gender", "Weiblich", "female"),
    ("gender", "Non_Binary", "diverse"),
    ("gender", "Mr.", "male"),
    ("gender", "unknown", None),
    ("language", "en-US", "en"),
    ("language", "pt_BR", "pt"),
    ("language", "zh-Hant-TW", "zh"),
    ("language", "deu", "de"),
    ("language", "German", "de"),
    ("language", "Deutsch", "de"),
    ("language", "norsk bokmål", "nb"),
    ("message_channel", "E-Mail", "email"),
    ("message_channel", "Direct Mail", "post"),
    ("order_channel", "In_Store", "store"),
    ("order_channel", "POS", "store"),
    ("order_channel", "online", "web"),
]


def test_spellings_of_a_fixed_table(seeded: Project, statements: list[str]) -> None:
    codes = {
        (code_type, alias): code
        for code_type, alias, code in seeded.query(
            "select code_type, alias, code from covey_seeds.code_aliases"
        )
    }
    with duckdb.connect() as connection:
        connection.execute("create table spellings (code_type varchar, spelling varchar)")
        connection.executemany(
            "insert into spellings values (?, ?)", [case[:2] for case in SPELLINGS]
        )
        aliases = [row[0] for row in connection.execute(statements[2]).fetchall()]
    wrong = [
        (*case, alias)
        for case, alias in zip(SPELLINGS, aliases, strict=True)
        if codes.get((case[0], alias)) != case[2]
    ]
    assert wrong == []


ADDRESSES = [
    (" Ann@Example.COM ", "ann@example.com"),
    ("mailto:ann@example.com?subject=Hello", "ann@example.com"),
    ('"Lee, Ann" <Ann@Example.com>;', "ann@example.com"),
    ("'ann@example.com'", "ann@example.com"),
    ("ann@example.com.", "ann@example.com"),
    ("ann@example.com ; ", "ann@example.com"),
    ("o'neil+shop@mail.example.com", "o'neil+shop@mail.example.com"),
    ("jürgen@müller.example", "jürgen@müller.example"),
    ("ann@@example.com", None),
    ("ann@example", None),
    ("ann@example..com", None),
    ("@example.com", None),
    ("ann lee@example.com", None),
    ("ann@example.com;lee@example.com", None),
    ("a" * 243 + "@example.com", None),
    ("a" * 242 + "@example.com", "a" * 242 + "@example.com"),
    ("n/a", None),
    ("", None),
    (None, None),
]


def test_addresses_of_a_fixed_table(statements: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table addresses (address varchar)")
        connection.executemany(
            "insert into addresses values (?)", [[address] for address, _ in ADDRESSES]
        )
        found = [row[0] for row in connection.execute(statements[3]).fetchall()]
    wrong = [
        (*case, result) for case, result in zip(ADDRESSES, found, strict=True) if case[1] != result
    ]
    assert wrong == []


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_message_channel_is_one_that_a_tactic_can_use() -> None:
    known = {row["channel"] for row in rows("channels.csv")}
    coded = {
        row["code"] for row in rows("code_aliases.csv") if row["code_type"] == "message_channel"
    }
    assert coded == known


def test_a_code_is_a_spelling_of_itself() -> None:
    aliases = {(row["code_type"], row["alias"]): row["code"] for row in rows("code_aliases.csv")}
    assert len(aliases) == len(rows("code_aliases.csv"))
    codes = {(code_type, code) for (code_type, _), code in aliases.items()}
    assert [key for key in codes if aliases.get((key[0], key[1].lower())) != key[1]] == []
    countries = {code for code_type, code in codes if code_type == "country"}
    assert len(countries) == 250
    # Ascension and Tristan da Cunha have telephones but no code of ISO 3166.
    assert {row["country"] for row in rows("phone_plans.csv")} - countries == {"AC", "TA"}


def test_each_calling_code_has_one_main_country() -> None:
    plans = rows("phone_plans.csv")
    main = [row["calling_code"] for row in plans if row["is_main_country"] == "true"]
    assert len(main) == len(set(main))
    assert set(main) == {row["calling_code"] for row in plans}


def generator() -> Any:
    """Return the generator of the seeds, or skip the test that asks for it."""
    for name in ("phonenumbers", "babel"):
        pytest.importorskip(name, reason=f"{name}, of the extra dev, is not installed")
    from covey.codes import generate

    return generate


@pytest.mark.parametrize("name", ["code_aliases.csv", "phone_plans.csv"])
def test_seeds_are_what_the_generator_writes(name: str) -> None:
    text = generator().render(name)
    assert text == (SEEDS / name).read_text(encoding="utf-8"), "`make codes` renews it"


def test_the_generator_writes_into_the_folder_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate = generator()
    monkeypatch.setattr("sys.argv", ["generate", str(tmp_path)])
    generate.main()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(generate.SEEDS)


def test_what_means_two_codes_means_none() -> None:
    unambiguous = generator().unambiguous
    names = {"CD": {"congo", "zaire"}, "CG": {"congo", "drc"}}
    assert unambiguous({"CD": {"drc"}}, names) == {"drc": "CD", "zaire": "CD"}
    with pytest.raises(ValueError, match="'uk' is 'GB' and 'UA'"):
        unambiguous({"GB": {"uk"}, "UA": {"uk"}}, {})


def written(library: Any, number: Any) -> Iterator[str]:
    """Write a number in the ways that people do."""
    forms = library.PhoneNumberFormat
    standard = library.format_number(number, forms.E164)
    international = library.format_number(number, forms.INTERNATIONAL)
    national = library.format_number(number, forms.NATIONAL)
    significant = library.national_significant_number(number)
    digits = library.normalize_digits_only(national)
    yield from (standard, international, international.replace(" ", "-"), f"00{standard[1:]}")
    yield from (f"00 {international[1:]}", standard[1:], f"Tel.: {international}")
    yield from (national, digits, national.replace(" ", "-"), national.replace(" ", "."))
    yield from (significant, f"{national} ext. 12")
    yield f"+{number.country_code} ({significant[:2]}) {significant[2:]}"
    trunk = digits.removesuffix(significant)
    if trunk != digits and trunk:
        yield f"+{number.country_code} ({trunk}){significant}"


def samples(library: Any, chance: random.Random) -> Iterator[tuple[str, Any]]:
    """Return valid numbers of all regions and types: the library's examples, and ones like them."""
    for region in sorted(library.SUPPORTED_REGIONS):
        for kind in library.PhoneNumberType.values():
            number = library.example_number_for_type(region, kind)
            if number is None:
                continue
            yield region, number
            digits = library.national_significant_number(number)
            other = digits[:-4] + "".join(chance.choices("0123456789", k=4))
            similar = library.parse(f"+{number.country_code}{other}")
            if library.is_valid_number_for_region(similar, region):
                yield region, similar


def parsed(library: Any, text: str, region: str) -> Any:
    """Return what the library reads, or none."""
    try:
        return library.parse(text, region)
    except library.NumberParseException:
        return None


def test_numbers_agree_with_phonenumbers(seeded: Project, statements: list[str]) -> None:
    library = generator().phonenumbers
    texts: dict[Number, str] = {}
    for region, number in samples(library, random.Random(20260630)):
        for text in written(library, number):
            truth = parsed(library, text, region)
            if truth is not None and library.is_valid_number(truth):
                truth.extension = None
                standard = library.format_number(truth, library.PhoneNumberFormat.E164)
                texts[(text, region)] = standard
    assert len(texts) > 20_000
    found = standardised(seeded, statements[0], list(texts))
    pairs = list(zip(found, texts.values(), strict=True))
    same = sum(ours == theirs for ours, theirs in pairs)
    other = sum(ours is not None and ours != theirs for ours, theirs in pairs)
    print(f"{len(pairs)} texts, the same {same / len(pairs):.4f}, another {other / len(pairs):.4f}")
    assert same / len(pairs) > 0.99
    assert other / len(pairs) < 0.006


def test_few_impossible_numbers_get_through(seeded: Project, statements: list[str]) -> None:
    library = generator().phonenumbers
    chance = random.Random(20260630)
    possible = library.ValidationResult.IS_POSSIBLE
    texts = []
    for region, number in samples(library, chance):
        standard = library.format_number(number, library.PhoneNumberFormat.E164)
        national = library.format_number(number, library.PhoneNumberFormat.NATIONAL)
        for text in (standard, f"00{standard[1:]}", national):
            for spoiled in (text[:-1], text[:-4], f"{text}1", f"{text}123"):
                truth = parsed(library, spoiled, region)
                if truth is None or library.is_possible_number_with_reason(truth) != possible:
                    texts.append((spoiled, region))
    assert len(texts) > 5_000
    found = [number for number in standardised(seeded, statements[0], texts) if number]
    print(f"{len(texts)} impossible texts, let through {len(found) / len(texts):.4f}")
    assert len(found) / len(texts) < 0.03
    # What gets through was read in another way, in which it is possible.
    readings = {library.is_possible_number_with_reason(library.parse(number)) for number in found}
    assert readings <= {possible}
