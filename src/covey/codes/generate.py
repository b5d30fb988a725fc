"""Write ``seeds/code_aliases.csv`` and ``seeds/phone_plans.csv``.

``make codes`` runs ``python -m covey.codes.generate seeds``. Names of countries, currencies and
languages come from the Unicode CLDR by way of Babel, numbering plans from phonenumbers, which are
extras for development; whoever only runs covey reads the seeds.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import phonenumbers
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_name

from covey.codes import spellings

#: Languages in which a European or American business meets the names of countries and languages.
NAME_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da")

#: Alpha-3 codes of states and parts of states that are no more, which CLDR maps to successors.
FORMER_ALPHA_3 = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})

#: Reserved for unions, parts of states and the unknown, and so no countries.
RESERVED_ALPHA_2 = frozenset({"AC", "CP", "DG", "EU", "TA", "ZZ"})

#: Kosovo has no code of ISO 3166, but a calling code and, in use everywhere, XK.
EXTRA_COUNTRIES = {"XK": "XKK"}

#: Serbo-Croatian, withdrawn from ISO 639-1.
FORMER_LANGUAGES = frozenset({"sh"})

#: Types of numbers that people have; the others are services.
SUBSCRIBERS = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)

GERMAN_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

LETTERS_WITHOUT_MARKS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe"})

Row = tuple[str, ...]


def normal(text: str) -> str:
    """Return a spelling as the macro ``code_alias`` writes it.

    >>> normal(" En_US ")
    'en-us'
    """
    return " ".join(text.lower().replace("_", "-").replace("\u2019", "'").split())


def variants(name: str) -> set[str]:
    """Return a name in lower case, and how it is typed without accents, hyphens or dots.

    >>> sorted(variants("Österreich"))
    ['oesterreich', 'osterreich', 'österreich']
    """
    alias = normal(name)
    plain = unicodedata.normalize("NFD", alias.translate(LETTERS_WITHOUT_MARKS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found = {alias, plain, alias.translate(GERMAN_UMLAUTS)}
    for old, new in (("&", "and"), ("-", " "), ("st. ", "st "), ("st. ", "saint ")):
        found |= {spelling.replace(old, new) for spelling in found}
    return {normal(spelling) for spelling in found}


def unambiguous(certain: Mapping[str, set[str]], names: Mapping[str, set[str]]) -> dict[str, str]:
    """Map each spelling to its code and drop what means two codes.

    Parameters
    ----------
    certain
        Spellings of each code that are right whatever a name says: the codes themselves and what is
        kept by hand.
    names
        Further spellings of each code; one that several codes have is dropped.

    Raises
    ------
    ValueError
        When a certain spelling belongs to two codes.
    """
    meanings: dict[str, str] = {}
    for code, aliases in sorted(certain.items()):
        for alias in aliases:
            if meanings.setdefault(alias, code) != code:
                raise ValueError(f"{alias!r} is {meanings[alias]!r} and {code!r}")
    claims: dict[str, set[str]] = defaultdict(set)
    for code, aliases in names.items():
        for alias in aliases - meanings.keys():
            claims[alias].add(code)
    for alias, codes in claims.items():
        if len(codes) == 1:
            meanings[alias] = codes.pop()
    return meanings


def by_hand(table: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the spellings of a table of :mod:`covey.codes.spellings` by code."""
    return {code: {normal(alias) for alias in text.split("|")} for code, text in table.items()}


def merged(*tables: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Return the spellings of several tables by code."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for code, aliases in table.items():
            found[code] |= set(aliases)
    return dict(found)


def country_codes() -> dict[str, str]:
    """Return the alpha-3 code of each country by its alpha-2 code."""
    named = Locale("en").territories
    found = dict(EXTRA_COUNTRIES)
    for alpha_3, codes in get_global("territory_aliases").items():
        if len(alpha_3) != 3 or not alpha_3.isalpha() or alpha_3 in FORMER_ALPHA_3:
            continue
        alpha_2 = codes[0]
        # QM to QZ and what begins with X is for private use.
        if len(codes) > 1 or alpha_2 not in named or re.match("Q[M-Z]|X", alpha_2):
            continue
        if alpha_2 not in RESERVED_ALPHA_2 and found.setdefault(alpha_2, alpha_3) != alpha_3:
            raise ValueError(f"{alpha_2} is {found[alpha_2]} and {alpha_3}")
    return found


def country_aliases() -> dict[str, str]:
    """Return the alpha-2 code of each spelling of a country."""
    codes = country_codes()
    certain = merged(
        {alpha_2: {alpha_2.lower(), alpha_3.lower()} for alpha_2, alpha_3 in codes.items()},
        by_hand(spellings.COUNTRIES),
    )
    names: dict[str, set[str]] = defaultdict(set)
    for language in NAME_LANGUAGES:
        territories = Locale(language).territories
        for code in codes:
            names[code] |= variants(territories.get(code, code)) - spellings.AMBIGUOUS_COUNTRIES
    return unambiguous(certain, names)


def currency_aliases() -> dict[str, str]:
    """Return the ISO 4217 code of each spelling of a currency that is legal tender somewhere."""
    english = Locale("en")
    used = {
        currency
        for entries in get_global("territory_currencies").values()
        for currency, _, until, is_tender in entries
        if is_tender and until is None
    }
    certain = merged({code: {code.lower()} for code in used}, by_hand(spellings.CURRENCIES))
    names: dict[str, set[str]] = {}
    for code in used:
        names[code] = variants(english.currencies[code])
        names[code] |= variants(get_currency_name(code, count=2, locale=english))
        symbol = normal(english.currency_symbols.get(code, ""))
        # The signs of dollar and yen belong to several currencies, and so mean none.
        if symbol and symbol not in {"$", "¥"}:
            names[code].add(symbol)
    return unambiguous(certain, names)


def language_aliases() -> dict[str, str]:
    """Return the ISO 639-1 code of each spelling of a language."""
    english = Locale("en").languages
    codes = {str(code) for code in english if len(str(code)) == 2} - FORMER_LANGUAGES
    certain = merged({code: {code} for code in codes}, by_hand(spellings.LANGUAGES))
    names = {code: variants(english[code]) for code in codes}
    for alias, code in get_global("language_aliases").items():
        if len(alias) == 3 and code in codes:
            names[code].add(alias)
    for code in codes & set(locale_identifiers()):
        names[code] |= variants(Locale(code).languages.get(code, code))
    for language in NAME_LANGUAGES:
        for code in NAME_LANGUAGES:
            names[code] |= variants(Locale(language).languages[code])
    return unambiguous(certain, names)


def code_aliases() -> list[Row]:
    """Return the rows of the seed ``code_aliases`` below its header, sorted."""
    tables = {
        "country": country_aliases(),
        "currency": currency_aliases(),
        "gender": unambiguous(by_hand(spellings.GENDERS), {}),
        "language": language_aliases(),
        "message_channel": unambiguous(by_hand(spellings.MESSAGE_CHANNELS), {}),
        "order_channel": unambiguous(by_hand(spellings.ORDER_CHANNELS), {}),
    }
    rows = [
        (code_type, code, alias)
        for code_type, table in tables.items()
        for alias, code in table.items()
    ]
    return [(code_type, alias, code) for code_type, code, alias in sorted(rows)]


def examples(
    region: str, kinds: Iterable[int] = phonenumbers.PhoneNumberType.values()
) -> list[phonenumbers.PhoneNumber]:
    """Return one valid number of a region for each type of number that it has."""
    found = []
    for kind in kinds:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            found.append(number)
    return found


def trunk_prefix(region: str, declared: str | None) -> str:
    """Return what is dialled before a national number, as it is printed.

    In Belarus numbers are printed with 8 0, while only the 8 is declared.
    """
    if declared is None:
        return ""
    printed: Counter[str] = Counter()
    for number in examples(region):
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        digits = phonenumbers.normalize_digits_only(text)
        significant = phonenumbers.national_significant_number(number)
        prefix = digits.removesuffix(significant)
        if digits.endswith(significant) and prefix.startswith(declared):
            printed[prefix] += 1
    return max(printed, key=lambda prefix: (printed[prefix], prefix), default=declared)


def international_prefix(pattern: str, preferred: str | None) -> str:
    """Return the digits that stand for the plus, or nothing where they name a carrier.

    A single digit, as in Samoa, is left out: 00 stands for the plus there as everywhere.
    """
    if preferred:
        return str(phonenumbers.normalize_digits_only(preferred))
    first = pattern[: len(pattern) - len(pattern.lstrip("0123456789"))]
    return first if len(first) > 1 and re.fullmatch(pattern, first) else ""


def lengths(plan: Any, *kinds: Any) -> str:
    """Return the lengths that numbers of some kinds may have, joined by blanks.

    A kind without lengths of its own has those of the plan; length -1 means that it has no numbers.
    """
    found: set[int] = set()
    for kind in kinds:
        if kind is not None:
            found |= set(kind.possible_length or plan.general_desc.possible_length) - {-1}
    return " ".join(map(str, sorted(found)))


def phone_plans() -> list[Row]:
    """Return the rows of the seed ``phone_plans`` below its header, sorted."""
    rows: list[Row] = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        plan: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
        regions = phonenumbers.region_codes_for_country_code(plan.country_code)
        subscribers = map(phonenumbers.national_significant_number, examples(region, SUBSCRIBERS))
        rows.append(
            (
                region,
                str(plan.country_code),
                str(regions[0] == region).lower(),
                international_prefix(
                    plan.international_prefix, plan.preferred_international_prefix
                ),
                trunk_prefix(region, plan.national_prefix),
                str(any(number.startswith("0") for number in subscribers)).lower(),
                lengths(plan, plan.general_desc),
                lengths(plan, plan.fixed_line, plan.mobile),
            )
        )
    return rows


SEEDS = {
    "code_aliases.csv": (("code_type", "alias", "code"), code_aliases),
    "phone_plans.csv": (
        (
            "country",
            "calling_code",
            "is_main_country",
            "international_prefix",
            "trunk_prefix",
            "keeps_leading_zero",
            "national_lengths",
            "subscriber_lengths",
        ),
        phone_plans,
    ),
}


def render(name: str) -> str:
    """Return the text of a seed, header first."""
    header, rows = SEEDS[name]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows()])
    return text.getvalue()


def main() -> None:
    """Write the seeds into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for name in SEEDS:
        (folder / name).write_text(render(name), encoding="utf-8")


if __name__ == "__main__":
    main()
