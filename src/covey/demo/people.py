"""Persons with their traits, their CRM records, and their devices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from covey.demo import arrow as ar
from covey.demo import vocabulary as voc
from covey.demo.settings import (
    BLENDED_MOST,
    BLENDED_SHARE,
    DAY,
    DAYS_PER_MONTH,
    DIRT,
    END,
    LOG_TRAITS,
    SEGMENTS,
    SPREAD,
    TRAITS,
    Bools,
    Floats,
    Ints,
    theme_rng,
)

SHOP, STORE = 0, 1
SYSTEMS = ("shop", "store")
WINDOW_SHOPPER = [segment.name for segment in SEGMENTS].index("window_shopper")
LAPSED = [segment.name for segment in SEGMENTS].index("lapsed")


@dataclass
class Counters:
    """The numbers given so far; every id of the files counts on from them."""

    shop: int = 0
    store: int = 0
    device: int = 0
    session: int = 0
    web_event: int = 0
    cart: int = 0
    order: int = 0
    message: int = 0
    message_event: int = 0
    offline_event: int = 0
    test_account: int = 0


def take_numbers(counters: Counters, name: str, count: int) -> Ints:
    """Return the next `count` numbers of a counter, from 1."""
    first = int(getattr(counters, name))
    setattr(counters, name, first + count)
    return np.arange(first + 1, first + count + 1, dtype=np.int64)


@dataclass(frozen=True)
class Scope:
    """What a chunk is: its seed, number, persons, and the window of the data.

    Parameters
    ----------
    first, count
        Number of the first person, and how many.
    start
        First second of the window; it ends at `settings.END`.
    scale
        Window length over 24 months: counts are proportional to it.
    daily
        Cumulative seasonal weight at the start of every day, length days + 1.
    """

    seed: int
    chunk: int
    first: int
    count: int
    start: int
    scale: float
    daily: Floats

    def rng(self, theme: str) -> np.random.Generator:
        """Return the generator of a theme in this chunk."""
        return theme_rng(self.seed, theme, self.chunk)


def scope_of(seed: int, chunk: int, first: int, count: int, months: int) -> Scope:
    """Return the scope of a chunk; the year peaks in December and weeks on Saturday."""
    days = round(months * DAYS_PER_MONTH)
    start = END - days * DAY
    day = np.arange(days) + start // DAY
    angle = 2 * np.pi * ((day - 340) % 365.25) / 365.25
    week = np.array([1.0, 0.92, 0.94, 0.96, 1.05, 1.2, 1.12])[(day + 3) % 7]
    weights = week * (1 + 0.25 * np.cos(angle) ** 3)
    daily = np.concatenate([[0.0], np.cumsum(weights)])
    return Scope(seed, chunk, first, count, start, months / 24, daily)


def moments(
    scope: Scope, rng: np.random.Generator, begin: Ints, end: Ints, where: Floats, *, store: Bools
) -> Ints:
    """Return seconds in [begin, end): `where` in 0..1 along seasonal time, hours of the day."""
    days = np.arange(len(scope.daily), dtype=np.float64)
    low = np.interp((begin - scope.start) / DAY, days, scope.daily)
    high = np.interp((end - scope.start) / DAY, days, scope.daily)
    day = np.interp(low + where * (high - low), scope.daily, days).astype(np.int64)
    day = np.minimum(day, len(scope.daily) - 2)
    return scope.start + day * DAY + hours(rng, len(begin), store=store)


def hours(rng: np.random.Generator, count: int, *, store: Bools) -> Ints:
    """Return seconds of the day: the web peaks at 19 h UTC, stores are open 8 to 19 h."""
    web = (19 + 3.6 * rng.standard_normal(count)) % 24
    shop = 8 + 11 * rng.beta(2.0, 2.0, count)
    return np.where(store, shop * 3600, web * 3600).astype(np.int64) % DAY


def positions(counts: Ints) -> tuple[Ints, Ints]:
    """Return for rows repeated `counts` times the row and the position 0.. within it."""
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]


def spread_hits(position: Ints, share: Floats, phase: Floats) -> Bools:
    """Return hits evenly spread over positions, so that n positions have n * share, +-1."""
    return np.floor((position + 1) * share + phase) > np.floor(position * share + phase)


def rounded(values: Floats, rng: np.random.Generator) -> Ints:
    """Return whole numbers around the values with the values as their means."""
    return np.floor(values + rng.random(len(values))).astype(np.int64)


@dataclass(frozen=True)
class People:
    """Persons of one chunk, length n; times in seconds.

    Parameters
    ----------
    segment
        Planted segment, an index of `settings.SEGMENTS`.
    traits
        Every trait of `settings.TRAITS` on its natural scale.
    signup, active_from, last_order, last_web
        When the person joined, became active in the window, ordered and visited last.
    favourite
        Category most bought, an index of `vocabulary.CATEGORIES`.
    number
        Seven digits unique to the person, for e-mails and telephones.
    """

    segment: Ints
    traits: dict[str, Floats]
    signup: Ints
    active_from: Ints
    last_order: Ints
    last_web: Ints
    favourite: Ints
    number: Ints
    country: Ints
    city: Ints
    female: Bools
    first_name: Ints
    last_name: Ints
    has_shop: Bools
    has_store: Bools
    apple: Bools


def make_people(scope: Scope) -> People:
    """Draw the persons of a chunk."""
    rng = scope.rng("people")
    n = scope.count
    shares = np.array([segment.share for segment in SEGMENTS])
    segment = rng.choice(len(SEGMENTS), n, p=shares / shares.sum())
    second = rng.choice(len(SEGMENTS), n, p=shares / shares.sum())
    weight = np.where(rng.random(n) < BLENDED_SHARE, BLENDED_MOST * rng.random(n), 0.0)

    centres = np.array([segment.centre for segment in SEGMENTS])
    traits: dict[str, Floats] = {}
    for position, name in enumerate(TRAITS):
        centre = centres[:, position]
        inner = np.log(centre) if name in LOG_TRAITS else np.log(centre / (1 - centre))
        value = (1 - weight) * inner[segment] + weight * inner[second]
        value = value + SPREAD[name] * rng.standard_normal(n)
        traits[name] = np.exp(value) if name in LOG_TRAITS else 1 / (1 + np.exp(-value))

    window_days = (END - scope.start) / DAY
    recency = np.minimum(traits["recency"] * min(scope.scale, 1.0), 0.85 * window_days)
    last_order = END - (recency * DAY).astype(np.int64) - 1
    tenure = window_days * np.exp(0.45 + 0.55 * rng.standard_normal(n))
    tenure = np.clip(tenure, np.minimum(recency * 1.15 + 45, window_days * 0.98), 5_000)
    signup = END - (tenure * DAY).astype(np.int64)
    quiet = np.where(segment == LAPSED, 0.85 + 0.15 * rng.random(n), 0.25 + 0.6 * rng.random(n))
    last_web = END - (np.clip(recency * quiet, 0.5, 60 + 1e3 * (segment == LAPSED)) * DAY).astype(
        np.int64
    )

    kind = np.where(weight > 0.5, second, segment)
    both = np.array([segment.both for segment in SEGMENTS])[kind]
    store_only = np.array([segment.store_only for segment in SEGMENTS])[kind]
    draw = rng.random(n)
    has_both = draw < both
    has_store = draw < both + store_only
    has_shop = has_both | ~has_store

    country = rng.choice(len(voc.COUNTRIES), n, p=voc.COUNTRY_SHARES)
    city_country = np.array([city[0] for city in voc.CITIES])
    city_weight = np.array([city[6] for city in voc.CITIES], dtype=np.float64)
    city = np.zeros(n, dtype=np.int64)
    for code in range(len(voc.COUNTRIES)):
        here = np.flatnonzero(city_country == code)
        cumulative = np.cumsum(city_weight[here]) / city_weight[here].sum()
        chosen = here[np.searchsorted(cumulative, rng.random(n))]
        city = np.where(country == code, chosen, city)

    female = rng.random(n) < 0.53
    name_pool = np.array(voc.NAME_POOL)[country]
    name_pool = np.where(rng.random(n) < 0.12, rng.integers(0, 3, n), name_pool)
    first_pool = np.where(female, name_pool, name_pool + 3)
    first_name = voc.FIRST_NAMES.starts[first_pool] + (
        rng.random(n) ** 1.3 * voc.FIRST_NAMES.sizes[first_pool]
    ).astype(np.int64)
    last_name = voc.LAST_NAMES.starts[name_pool] + (
        rng.random(n) ** 1.3 * voc.LAST_NAMES.sizes[name_pool]
    ).astype(np.int64)
    person = np.arange(scope.first, scope.first + n, dtype=np.int64)
    return People(
        segment=segment,
        traits=traits,
        signup=signup,
        active_from=np.maximum(signup, scope.start),
        last_order=last_order,
        last_web=last_web,
        favourite=rng.integers(0, len(voc.CATEGORIES), n),
        number=(person * 7_654_321 + 1_234_567) % 10_000_000,
        country=country,
        city=city,
        female=female,
        first_name=first_name,
        last_name=last_name,
        has_shop=has_shop,
        has_store=has_store,
        apple=rng.random(n) < DIRT.machine_open_persons,
    )


@dataclass(frozen=True)
class Records:
    """CRM records of one chunk, length r; a record is one customer_id of one system.

    Parameters
    ----------
    person
        Person of the record, an index of `People`.
    system
        `SHOP` or `STORE`.
    shop_record, shop_again, store_record, store_again
        For every person the row of the record, -1 where there is none; `again` is a duplicate.
    customer_id, email, phone, loyalty_number
        Arrow strings as written; `clean_email` is the e-mail without errors of case or blanks.
    """

    person: Ints
    system: Ints
    created: Ints
    shop_record: Ints
    shop_again: Ints
    store_record: Ints
    store_again: Ints
    customer_id: pa.Array
    email: pa.Array
    clean_email: pa.Array
    phone: pa.Array
    loyalty_number: pa.Array
    table: pa.Table = field(repr=False)


def email_addresses(people: People, person: Ints, variant: Ints) -> pa.Array:
    """Return three addresses a person may use, by variant 0 to 2, unique to the person."""
    first = ar.plain(ar.words(people.first_name[person], voc.FIRST_NAMES.folded))
    last = ar.plain(ar.words(people.last_name[person], voc.LAST_NAMES.folded))
    initial = pc.utf8_slice_codeunits(first, 0, 1)
    # Another permutation of the seven digits than that of telephones.
    number = (people.number[person] * 9_301 + 49_297) % 10_000_000
    domain = ar.words((number + 2 * variant) % len(voc.MAIL_DOMAINS), voc.MAIL_DOMAINS)
    local = pc.choose(
        pa.array(variant),
        ar.join(first, ".", last, pa.array(number).cast(pa.string())),
        ar.join(initial, last, ".", pa.array(number).cast(pa.string())),
        ar.join(last, "_", pa.array(number).cast(pa.string()), first),
    )
    return ar.join(local, "@", ar.plain(domain))


def phone_numbers(people: People, person: Ints, variant: Ints, style: Ints) -> pa.Array:
    """Return mobile numbers; style 0 E.164, 1 blanks, 2 00, 3 national, 4 with (0)."""
    country = people.country[person]
    number = (people.number[person] + 5_000_003 * variant) % 10_000_000
    operators = ("151", "664", "6", "77", "555")
    operator = ar.words(country, operators)
    dialling = ar.words(country, ("49", "43", "33", "44", "1"))
    digits = ar.ids("", number, width=7)
    # The French and British numbers need one and two digits more; they repeat the first ones.
    extra = pc.utf8_slice_codeunits(digits, 0, 1)
    longer = pa.array(np.isin(country, (2, 3)))
    digits = pc.if_else(longer, ar.join(extra, digits), digits)
    operator, dialling = ar.plain(operator), ar.plain(dialling)
    head, tail = pc.utf8_slice_codeunits(digits, 0, 4), pc.utf8_slice_codeunits(digits, 4)
    trunk = pc.if_else(pa.array(country == 4), "", "0")
    return pc.choose(
        pa.array(style),
        ar.join("+", dialling, operator, digits),
        ar.join("+", dialling, " ", operator, " ", digits),
        ar.join("00", dialling, " ", operator, " ", head, " ", tail),
        ar.join(trunk, operator, "-", digits),
        ar.join("+", dialling, " (0)", operator, " / ", digits),
    )


def _code_of(rng: np.random.Generator, count: int, shares: tuple[float, ...]) -> Ints:
    """Return codes 0.. with the shares."""
    cumulative = np.cumsum(shares)
    return np.searchsorted(cumulative / cumulative[-1], rng.random(count)).astype(np.int64)


def make_records(scope: Scope, people: People, counters: Counters) -> Records:
    """Draw the CRM records: one or two systems a person, some records twice, with errors."""
    rng = scope.rng("records")
    n = scope.count
    twice_shop = people.has_shop & (rng.random(n) < DIRT.duplicate_persons_shop)
    twice_store = people.has_store & (rng.random(n) < DIRT.duplicate_persons_store)
    slots = np.stack([people.has_shop, twice_shop, people.has_store, twice_store], axis=1)
    row_of = np.where(slots, np.cumsum(slots.ravel()).reshape(n, 4) - 1, -1)
    person, slot = np.nonzero(slots)
    system = (slot >= 2).astype(np.int64)
    again = slot % 2 == 1
    r = len(person)

    number = np.zeros(r, dtype=np.int64)
    number[system == SHOP] = take_numbers(counters, "shop", int((system == SHOP).sum()))
    number[system == STORE] = take_numbers(counters, "store", int((system == STORE).sum()))
    customer_id = pc.if_else(
        pa.array(system == SHOP), ar.ids("S", number, width=7), ar.ids("C", number, width=7)
    )

    # Identifiers: which variant of e-mail and telephone a record has, and which it lacks.
    strangers = rng.random(n) < DIRT.fuzzy_only
    strange_again = rng.random(r) < DIRT.fuzzy_only
    apart = np.where(again, strange_again, (system == STORE) & people.has_shop[person])
    apart = apart & np.where(again, True, strangers[person])
    second = again | ((system == STORE) & people.has_shop[person])

    changed = rng.random(r) < np.where(again & (system == SHOP), 0.75, 0.14)
    email_variant = np.where(apart | (second & changed), 1 + again, 0)
    has_email = rng.random(r) < np.where(system == SHOP, 0.995, np.where(second, 0.82, 0.95))
    has_email &= ~(apart & (rng.random(r) < 0.5))
    phone_variant = np.where(apart | (second & (rng.random(r) < 0.12)), 1 + again, 0)
    has_phone = rng.random(r) < np.where(system == SHOP, 0.72, 0.85)
    has_phone &= ~(apart & (rng.random(r) < 0.4))
    shop_card = people.has_store[person] & ~strangers[person] & (rng.random(r) < 0.3)
    has_card = np.where(system == STORE, rng.random(r) < 0.985, shop_card)
    card_variant = ((system == STORE) & again).astype(np.int64)
    # Who is not to be fuzzy shares the e-mail, if nothing else.
    must = second & ~apart
    linked = (has_email & (email_variant == 0)) | (has_phone & (phone_variant == 0) & ~again)
    email_variant = np.where(must & ~linked, 0, email_variant)
    has_email |= must & ~linked
    first_shop = (system == SHOP) & ~again & people.has_store[person] & ~strangers[person]
    has_email |= first_shop | (again & ~apart) | ((system == STORE) & twice_store[person] & ~again)
    has_phone |= first_shop

    clean_email = ar.only(email_addresses(people, person, email_variant), has_email)
    email = _messy_emails(rng, clean_email)
    phone_style = _code_of(rng, r, (0.50, 0.24, 0.08, 0.14, 0.04))
    phone = ar.only(phone_numbers(people, person, phone_variant, phone_style), has_phone)
    placeholder = (system == STORE) & (rng.random(r) < DIRT.placeholder_contacts)
    hub_email = ar.words(rng.integers(0, 2, r), voc.PLACEHOLDER_EMAILS)
    email = pc.if_else(pa.array(placeholder & ~has_email), ar.plain(hub_email), email)
    phone = pc.if_else(pa.array(placeholder & ~has_phone), voc.PLACEHOLDER_PHONE, phone)
    # A household's landline: the number of the person before, on a shop record.
    family = (system == SHOP) & ~again & (rng.random(r) < DIRT.shared_phones) & (person > 0)
    shared = phone_numbers(people, np.maximum(person - 1, 0), 0 * person, phone_style)
    phone = pc.if_else(pa.array(family), shared, phone)
    card = (people.number[person] * 3 + 5_000_000 * card_variant + 7) % 100_000_000
    loyalty = ar.ids("L", card, width=8, where=has_card)

    created = np.where(
        again,
        people.signup[person] + ((END - people.signup[person]) * rng.uniform(0.2, 0.8, r)),
        people.signup[person] - second * rng.integers(0, 300 * DAY, r) * (rng.random(r) < 0.5),
    ).astype(np.int64)
    records = Records(
        person=person,
        system=system,
        created=created,
        shop_record=row_of[:, 0],
        shop_again=row_of[:, 1],
        store_record=row_of[:, 2],
        store_again=row_of[:, 3],
        customer_id=customer_id,
        email=email,
        clean_email=clean_email,
        phone=phone,
        loyalty_number=loyalty,
        table=pa.table({"customer_id": customer_id}),
    )
    table = _customers(scope, rng, people, records, again)
    return replace(records, table=table)


def _messy_emails(rng: np.random.Generator, email: pa.Array) -> pa.Array:
    """Return the addresses, a few in capitals, with a capital, or with blanks around."""
    style = _code_of(rng, len(email), (0.86, 0.03, 0.06, 0.03, 0.02))
    return pc.choose(
        pa.array(style),
        email,
        pc.utf8_upper(email),
        pc.utf8_title(email),
        ar.join(email, " "),
        ar.join(" ", email),
    )


def _customers(
    scope: Scope, rng: np.random.Generator, people: People, records: Records, again: Bools
) -> pa.Table:
    """Return the `customers` rows of the records, some of them later updated."""
    person, system = records.person, records.system
    n, r = scope.count, len(person)
    segment = people.segment
    age = np.clip(
        np.array([item.age for item in SEGMENTS])[segment] + 11 * rng.standard_normal(n), 18, 92
    )
    birth_day = (END / DAY - age * 365.25).astype(np.int64)
    birth = birth_day.astype("datetime64[D]")
    month_start = birth.astype("datetime64[M]")
    day, month = (birth - month_start).astype(np.int64), month_start.astype(np.int64) % 12
    year = birth.astype("datetime64[Y]").astype("datetime64[M]")
    swapped = (year + day).astype("datetime64[D]").astype(np.int64) + month
    swap = (again | (rng.random(r) < 0.004)) & (day[person] < 12) & (rng.random(r) < 0.5)
    born = np.where(swap, swapped[person], birth_day[person])

    income = np.array([item.income for item in SEGMENTS])[segment]
    income = np.rint(income * np.exp(0.4 * rng.standard_normal(n)) / 500).astype(np.int64) * 500
    household = 1 + np.minimum(rng.poisson(1.2, n), 5)
    marital = np.where(household > 1, _code_of(rng, n, (0.1, 0.6, 0.05, 0.02, 0.23)),
                       _code_of(rng, n, (0.6, 0.05, 0.2, 0.15, 0.0)))  # fmt: skip
    gender = np.where(people.female, 0, 1)
    gender = np.where(rng.random(n) < 0.008, 2, gender)
    genders = [word for kind in voc.GENDERS for word in kind]
    gender_style = _code_of(rng, r, (0.62, 0.22, 0.08, 0.08))
    gender_code = gender[person] * 4 + gender_style

    spelling = np.where(again & (rng.random(r) < 0.6), rng.integers(1, voc.SPELLINGS, r), 0)
    spelling = np.where(
        ~again & (rng.random(r) < 0.05), rng.integers(1, voc.SPELLINGS, r), spelling
    )
    on_last = rng.random(r) < 0.55
    first_code = people.first_name[person] + voc.FIRST_NAMES.size * np.where(on_last, 0, spelling)
    last_code = people.last_name[person] + voc.LAST_NAMES.size * np.where(on_last, spelling, 0)

    moved = (again & (rng.random(r) < 0.25)) | (rng.random(r) < 0.02)
    street_pool = np.array(voc.NAME_POOL)[people.country]
    street_first, streets = (
        voc.STREET_NAMES.starts[street_pool],
        voc.STREET_NAMES.sizes[street_pool],
    )
    place = rng.integers(0, 1 << 40, n)[person] + moved * 7_919
    street = street_first[person] + place % streets[person]
    house = 1 + (place >> 8) % 90
    district = (place >> 16) % voc.DISTRICTS
    number = pa.array(house).cast(pa.string())
    name = ar.plain(ar.words(street, voc.STREET_NAMES.words[: voc.STREET_NAMES.size]))
    behind = pa.array(people.country[person] < 2)
    address = pc.if_else(behind, ar.join(name, " ", number), ar.join(number, " ", name))
    postal, latitude, longitude = _districts()
    area = people.city[person] * voc.DISTRICTS + district
    spell_country = (
        np.where(rng.random(r) < 0.08, rng.integers(1, 5, r), 0) + 5 * people.country[person]
    )

    updated = records.created + (
        (END - records.created) * rng.random(r) * (rng.random(r) < 0.5)
    ).astype(np.int64)
    given = {
        name: rng.random(r) < share
        for name, share in (
            ("birth_date", 0.85), ("gender", 0.88), ("income", 0.5), ("marital", 0.6),
            ("household", 0.6), ("address", 0.9), ("place", 0.7), ("channel", 0.8),
        )
    }  # fmt: skip
    channel = np.where(system == STORE, 4, _code_of(rng, r, (3, 2, 2, 1, 0.2, 1, 2)))
    colour = _code_of(rng, r, (0.6, 0.25, 0.15))
    cities = [city[1] for city in voc.CITIES]
    regions = [city[2] for city in voc.CITIES]
    columns = {
        "customer_id": records.customer_id,
        "source_system": ar.words(system, SYSTEMS),
        "email": records.email,
        "phone": records.phone,
        "first_name": ar.words(first_code, voc.FIRST_NAMES.words),
        "last_name": ar.words(last_code, voc.LAST_NAMES.words),
        "birth_date": ar.dates(born, given["birth_date"]),
        "gender": ar.words(np.where(given["gender"], gender_code, -1), genders),
        "income": ar.numbers(income[person], given["income"]),
        "marital_status": ar.words(np.where(given["marital"], marital[person], -1), voc.MARITAL),
        "household_size": ar.numbers(household[person].astype(np.int32), given["household"]),
        "address": ar.only(address, given["address"]),
        "city": ar.words(people.city[person], cities),
        "region": ar.words(people.city[person], regions),
        "postal_code": ar.words(np.where(given["address"], area, -1), postal),
        "country": ar.words(spell_country, [c for row in voc.COUNTRY_SPELLINGS for c in row]),
        "language": ar.words(people.country[person], voc.LANGUAGES),
        "latitude": ar.numbers(latitude[area], given["place"] & given["address"]),
        "longitude": ar.numbers(longitude[area], given["place"] & given["address"]),
        "loyalty_number": records.loyalty_number,
        "acquisition_channel": ar.words(np.where(given["channel"], channel, -1), voc.ACQUISITION),
        "is_test": ar.numbers(np.zeros(r, dtype=np.bool_), rng.random(r) < 0.9),
        "created_at": ar.times(records.created),
        "updated_at": ar.times(updated),
        "x_store_card_colour": ar.words(np.where(system == STORE, colour, -1), voc.CARD_COLOURS),
    }
    table = pa.table(columns)
    later = ar.some_rows(rng, r, DIRT.updated_customers)
    newer = table.take(pa.array(later))
    newer_at = updated[later] + ((END - updated[later]) * rng.uniform(0.1, 0.9, len(later))).astype(
        np.int64
    )
    for name, column in (
        ("updated_at", ar.times(newer_at)),
        ("household_size", ar.numbers((household[person[later]] % 6 + 1).astype(np.int32))),
        ("is_test", pa.array(np.zeros(len(later), dtype=np.bool_))),
    ):
        newer = newer.set_column(newer.schema.get_field_index(name), name, column)
    return pa.concat_tables([table, newer])


def _districts() -> tuple[list[str], Floats, Floats]:
    """Return postal code, latitude, longitude of every city and district, in that order."""
    codes: list[str] = []
    latitude: list[float] = []
    longitude: list[float] = []
    for country, _, _, prefix, north, east, _ in voc.CITIES:
        for district in range(voc.DISTRICTS):
            if country == 3:
                codes.append(
                    f"{prefix}{1 + district % 9} {1 + district // 3}{'ABDEFGH'[district % 7]}Q"
                )
            else:
                length = 4 if country == 1 else 5
                codes.append(
                    prefix
                    + f"{district * 7 + 11:0{length - len(prefix)}d}"[-(length - len(prefix)) :]
                )
            latitude.append(round(north + 0.012 * (district % 5 - 2), 3))
            longitude.append(round(east + 0.018 * (district // 5 - 2), 3))
    return codes, np.array(latitude), np.array(longitude)


@dataclass(frozen=True)
class Devices:
    """Devices of one chunk, length d: browsers and apps, by their anonymous_id.

    Parameters
    ----------
    owner
        Person, -1 for a shared device (tablet of a family, kiosk).
    kind
        An index of `vocabulary.DEVICE_TYPES`.
    first, count
        For every person the first own device and how many, length n.
    tablet
        For every person the shared tablet, -1 for most, length n.
    kiosks
        The rows of the kiosks.
    """

    owner: Ints
    kind: Ints
    agent: Ints
    skew: Ints
    first: Ints
    count: Ints
    tablet: Ints
    kiosks: Ints
    anonymous_id: pa.Array
    number: Ints


def make_devices(scope: Scope, people: People, counters: Counters) -> Devices:
    """Draw one to three devices a person, tablets that two share, and kiosks in stores."""
    rng = scope.rng("devices")
    n = scope.count
    count = 1 + _code_of(rng, n, (0.55, 0.33, 0.12))
    owner, position = positions(count)
    first = np.cumsum(count) - count
    kind = _code_of(rng, len(owner), (0.32, 0.30, 0.06, 0.32))
    # Who has a store record only is known by the app, or not at all.
    app_only = ~people.has_shop[owner] & (position == 0)
    kind = np.where(app_only, 3, kind)

    pairs = np.flatnonzero(rng.random(n // 2) < DIRT.family_tablets)
    tablet = np.full(n, -1)
    tablet[2 * pairs] = tablet[2 * pairs + 1] = len(owner) + np.arange(len(pairs))
    kiosk_count = 1 + n // 2_500
    kiosks = len(owner) + len(pairs) + np.arange(kiosk_count)
    kind = np.concatenate([kind, np.full(len(pairs), 2), np.full(kiosk_count, 4)])
    owner = np.concatenate([owner, np.full(len(pairs) + kiosk_count, -1)])
    d = len(owner)
    agent = np.array(voc.AGENTS_OF_TYPE)[kind, rng.integers(0, 3, d)]
    skewed = (rng.random(d) < DIRT.skewed_devices) & (owner >= 0)
    skew = np.where(skewed, rng.integers(2 * 3600, 4 * DAY, d), 0)
    number = take_numbers(counters, "device", d)
    return Devices(
        owner=owner, kind=kind, agent=agent, skew=skew, first=first, count=count, tablet=tablet,
        kiosks=kiosks, anonymous_id=ar.ids("a", number), number=number,
    )  # fmt: skip


def pick_device(rng: np.random.Generator, devices: Devices, person: Ints) -> Ints:
    """Return a device for every visit: mostly the first one, at times the family's tablet."""
    draw = rng.random(len(person))
    count = devices.count[person]
    later = np.minimum((draw * 10 - 7) / 3 * (count - 1), count - 2).astype(np.int64) + 1
    own = devices.first[person] + np.where((draw < 0.7) | (count == 1), 0, later)
    tablet = devices.tablet[person]
    return np.where((tablet >= 0) & (rng.random(len(person)) < 0.3), tablet, own)


def people_truth(people: People, records: Records, scope: Scope) -> pa.Table:
    """Return the truth of who owns which CRM record and stands in which segment."""
    names = [segment.name for segment in SEGMENTS]
    return pa.table(
        {
            "person_id": ar.ids("p", scope.first + records.person + 1),
            "source_system": ar.words(records.system, SYSTEMS),
            "customer_id": records.customer_id,
            "planted_segment": ar.words(people.segment[records.person], names),
        }
    )


def record_at(
    records: Records, rng: np.random.Generator, person: Ints, time: Ints, *, store: bool
) -> Ints:
    """Return the record a person acts under at a time; a duplicate counts from its creation."""
    main = (records.store_record if store else records.shop_record)[person]
    again = (records.store_again if store else records.shop_again)[person]
    since = records.created[np.maximum(again, 0)]
    use = (again >= 0) & (time > since) & (rng.random(len(person)) < 0.6)
    return np.where(use, again, main)
