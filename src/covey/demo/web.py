"""Web and app events: visits, carts, purchases, and visitors who are no customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from covey.demo import arrow as ar
from covey.demo import vocabulary as voc
from covey.demo.commerce import ACCOUNT, Orders
from covey.demo.people import (
    Counters,
    Devices,
    People,
    Records,
    Scope,
    moments,
    pick_device,
    positions,
    record_at,
    rounded,
    spread_hits,
    take_numbers,
)
from covey.demo.settings import (
    ABANDONED_AFTER_SECONDS,
    DAY,
    DIRT,
    END,
    SEEN_ORDERS_SHARE,
    Bools,
    Ints,
)

(PAGE_VIEW, PRODUCT_VIEW, SEARCH, ADD, REMOVE, CHECKOUT, PURCHASE, LOGIN, SIGN_UP) = range(9)
EVENT_NAMES = (
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "checkout_start",
    "purchase", "login", "sign_up",
    "Page Viewed", "Product Viewed", "search", "addToCart", "removeFromCart", "Checkout Started",
    "Order Completed", "login", "Signed Up",
)  # fmt: skip
"""The usual names, then those of an old app."""

BROWSE, BUY, FILL, JOIN = 0, 1, 2, 3
"""Kinds of visit: look around, order, fill the cart of a later order, open an account."""

URLS = (
    [f"{voc.SITE}/c/{name}" for name in voc.CATEGORIES]
    + [f"{voc.SITE}/p/{product}" for product in voc.CATALOGUE.product_ids]
    + [f"{voc.SITE}/{page}" for page in ("", "cart", "checkout", "thanks", "login", "search")]
)
_PRODUCT_URL = len(voc.CATEGORIES)
_OTHER_URL = _PRODUCT_URL + len(voc.CATALOGUE.product_ids)
HOME, CART_URL, CHECKOUT_URL, THANKS_URL, LOGIN_URL, SEARCH_URL = range(_OTHER_URL, _OTHER_URL + 6)
PROPERTIES = (
    '{"app_version": "5.2.1"}',
    '{"app_version": "5.1.0"}',
    '{"results": 12}',
    '{"results": 0}',
)
IP_COUNTRIES = (*voc.COUNTRIES, "NL")
ABROAD_CITY = len(voc.CITIES)


@dataclass(frozen=True)
class Visits:
    """Visits of one chunk, length s.

    Parameters
    ----------
    person
        Who visits, -1 for a visitor nobody knows.
    device, anonymous
        Device as an index of `Devices` (-1 for others), and the row of its anonymous_id.
    start
        Its first second.
    order
        Order placed or prepared, -1 for none.
    views, has_cart, has_login
        What happens in it.
    """

    person: Ints
    device: Ints
    start: Ints
    kind: Ints
    order: Ints
    views: Ints
    has_cart: Bools
    has_login: Bools
    cart: Ints


def make_web(
    scope: Scope,
    people: People,
    records: Records,
    devices: Devices,
    orders: Orders,
    counters: Counters,
) -> tuple[pa.Table, pa.Table]:
    """Return the `web_events` rows of customers and the truth about their carts."""
    rng = scope.rng("web")
    visits = _make_visits(scope, rng, people, records, devices, orders, counters)
    return _make_events(scope, rng, people, records, devices, orders, visits, counters)


def _make_visits(
    scope: Scope,
    rng: np.random.Generator,
    people: People,
    records: Records,
    devices: Devices,
    orders: Orders,
    counters: Counters,
) -> Visits:
    n = scope.count
    traits = people.traits
    # Trackers lose the visits of the other orders (blockers, refused cookies).
    seen = np.flatnonzero(~orders.in_store & (rng.random(len(orders.person)) < SEEN_ORDERS_SHARE))
    buyer = orders.person[seen]
    early = rng.random(len(seen)) < 0.08
    fill = seen[early]
    # Half of the early carts are older than a day when they become an order.
    ago = np.where(
        rng.random(len(fill)) < 0.5,
        rng.integers(2 * 3600, 20 * 3600, len(fill)),
        rng.integers(30 * 3600, 70 * 3600, len(fill)),
    )

    wanted = rounded(traits["sessions"] * scope.scale, rng)
    joined = np.flatnonzero(people.has_shop & (people.signup > scope.start))
    others = np.bincount(np.concatenate([buyer, orders.person[fill], joined]), minlength=n)
    browse_count = np.maximum(wanted - others, 1)
    browser, position = positions(browse_count)
    where = (position + rng.random(len(browser))) / browse_count[browser]
    store = np.zeros(len(browser), dtype=np.bool_)
    browse_at = moments(
        scope, rng, people.active_from[browser], people.last_web[browser], where, store=store
    )
    is_last = position == browse_count[browser] - 1
    last_day = people.last_web[browser] // DAY * DAY
    browse_at = np.where(
        is_last, last_day + browse_at % DAY, np.minimum(browse_at, last_day + browse_at % DAY)
    )
    cart = spread_hits(position, traits["cart"][browser], rng.random(n)[browser])
    cart &= browse_at < END - DAY

    person = np.concatenate([browser, buyer, orders.person[fill], joined])
    order = np.concatenate([np.full(len(browser), -1), seen, fill, np.full(len(joined), -1)])
    kind = np.repeat([BROWSE, BUY, FILL, JOIN], [len(browser), len(seen), len(fill), len(joined)])
    start = np.concatenate(
        [browse_at, orders.time[seen], orders.time[fill] - ago, people.signup[joined]]
    )
    device = np.concatenate(
        [
            pick_device(rng, devices, browser),
            orders.device[seen],
            orders.device[fill],
            devices.first[joined],
        ]
    )
    s = len(person)
    views = np.maximum(
        rounded(traits["pages"][person] * np.exp(0.2 * rng.standard_normal(s)), rng), 1
    )
    views = np.where(kind == BROWSE, views, np.maximum(views - 1, 1))

    # On the kiosk of a store everybody logs in.
    kiosk = (kind == BROWSE) & people.has_shop[person] & (rng.random(s) < DIRT.kiosk_sessions)
    kiosk &= start >= people.active_from[person]
    device = np.where(kiosk, devices.kiosks[rng.integers(0, len(devices.kiosks), s)], device)

    by_device = np.lexsort((start, device))
    first_on_device = np.zeros(s, dtype=np.bool_)
    new = np.diff(device[by_device], prepend=-2) != 0
    first_on_device[by_device[new]] = True
    account = np.where(order >= 0, orders.identity[np.maximum(order, 0)] == ACCOUNT, True)
    chance = np.where(kind == BUY, 0.85, np.where(first_on_device, 0.9, 0.3))
    login = people.has_shop[person] & account & ((rng.random(s) < chance) | kiosk)
    login &= kind != JOIN

    carts = np.zeros(s, dtype=np.int64)
    fresh = (kind == FILL) | ((kind == BROWSE) & cart_of(kind, cart)) | (kind == BUY)
    # The order of an early cart keeps its number.
    cart_of_order = np.full(len(orders.person), -1)
    filled = np.flatnonzero(kind == FILL)
    late_buy = (kind == BUY) & np.isin(order, order[filled])
    fresh &= ~late_buy
    opened = np.flatnonzero(fresh)
    opened = opened[np.argsort(start[opened], kind="stable")]
    carts[opened] = take_numbers(counters, "cart", len(opened))
    cart_of_order[order[filled]] = carts[filled]
    carts = np.where(late_buy, cart_of_order[order], carts)
    return Visits(
        person=person, device=device, start=start, kind=kind, order=order, views=views,
        has_cart=fresh, has_login=login, cart=carts,
    )  # fmt: skip


def cart_of(kind: Ints, cart: Bools) -> Bools:
    """Return whether a visit opens a cart, from the flags of the browsing ones."""
    full = np.zeros(len(kind), dtype=np.bool_)
    full[: len(cart)] = cart
    return full


@dataclass(frozen=True)
class Events:
    """Events before they become columns, length e; `visit` is the row of `Visits`."""

    visit: Ints
    code: Ints
    product: Ints
    quantity: Ints


def _lay_out(
    rng: np.random.Generator, people: People, orders: Orders, visits: Visits
) -> tuple[Events, Ints]:
    """Return the events of all visits in their order, and each event's place in its visit."""
    s = len(visits.person)
    every = np.arange(s)
    logins = np.flatnonzero(visits.has_login)
    views, _ = positions(visits.views)
    opens = np.flatnonzero(visits.has_cart)
    buys = np.flatnonzero(visits.kind == BUY)
    removes = np.flatnonzero(visits.has_cart & (visits.kind == BROWSE) & (rng.random(s) < 0.12))
    view_code = np.searchsorted([0.72, 0.90], rng.random(len(views)))
    view_code = np.array([PRODUCT_VIEW, PAGE_VIEW, SEARCH])[view_code]
    parts = (
        (every, PAGE_VIEW, 0),
        (logins, LOGIN, 1),
        (np.flatnonzero(visits.kind == JOIN), SIGN_UP, 1),
        (views, view_code, 2),
        (opens, ADD, 3),
        (removes, REMOVE, 4),
        (buys, CHECKOUT, 5),
        (buys, PURCHASE, 6),
    )
    visit = np.concatenate([rows for rows, _, _ in parts])
    code = np.concatenate([np.broadcast_to(what, len(rows)) for rows, what, _ in parts])
    rank = np.concatenate([np.full(len(rows), place) for rows, _, place in parts])
    order = np.argsort(visit * 8 + rank, kind="stable")
    visit, code = visit[order], code[order]

    e = len(visit)
    person = visits.person[visit]
    away = rng.random(e) < people.traits["breadth"][person]
    category = np.where(away, rng.integers(0, len(voc.CATEGORIES), e), people.favourite[person])
    level = np.log(people.traits["basket"] / 1.5 / voc.LOWEST_PRICE) / voc.PRICE_STEP
    step = np.rint(level[person] + 2 * rng.standard_normal(e))
    product = category * voc.STEPS + np.clip(step, 0, voc.STEPS - 1).astype(np.int64)
    of_order = visits.order[visit]
    known = np.isin(code, (ADD, CHECKOUT, PURCHASE)) & (of_order >= 0)
    product = np.where(known, orders.product[of_order], product)
    quantity = np.where(known, orders.quantity[of_order], 1)
    # What is removed is what was added just before.
    before = np.flatnonzero(code == REMOVE) - 1
    product[before + 1] = product[before]
    count = np.bincount(visit, minlength=s)
    place = np.arange(e) - (np.cumsum(count) - count)[visit]
    return Events(visit, code, product, quantity), place


def _make_events(
    scope: Scope,
    rng: np.random.Generator,
    people: People,
    records: Records,
    devices: Devices,
    orders: Orders,
    visits: Visits,
    counters: Counters,
) -> tuple[pa.Table, pa.Table]:
    s = len(visits.person)
    # Visits in the order of their start: near equal values then stand together in the file.
    by_start = np.argsort(visits.start, kind="stable")
    visits = Visits(**{name: value[by_start] for name, value in visits.__dict__.items()})
    events, place = _lay_out(rng, people, orders, visits)
    e = len(events.visit)
    visit, code = events.visit, events.code
    person = visits.person[visit]

    pause = np.maximum(
        people.traits["dwell"][person] * np.exp(0.5 * rng.standard_normal(e)), 1
    ).astype(np.int64)
    pause[place == 0] = 0
    elapsed = np.cumsum(pause)
    first = np.flatnonzero(place == 0)
    elapsed = elapsed - elapsed[first][visit]
    # A visit that orders ends at the order, so it starts as much earlier as it lasts.
    length = np.zeros(s, dtype=np.int64)
    length[visit[code == PURCHASE]] = elapsed[code == PURCHASE]
    start = visits.start - length
    true_time = np.minimum(start[visit] + elapsed, END - 1)

    late = np.where(rng.random(s) < DIRT.late_sessions, rng.integers(DAY, 9 * DAY, s), 0)
    received = np.minimum((true_time // 60 + 1) * 60 + late[visit], END - 1)
    received = np.maximum(received, true_time)
    device = visits.device[visit]
    time = true_time + devices.skew[device]

    # Logged in from the login to the end of the visit.
    logged_in_from = np.full(s, 99)
    enters = np.isin(code, (LOGIN, SIGN_UP))
    logged_in_from[visit[enters]] = place[enters]
    logged_in = place >= logged_in_from[visit]
    account = record_at(records, rng, visits.person, visits.start, store=False)
    of_order = visits.order >= 0
    account = np.where(of_order, orders.record[visits.order], account)

    old_app = (devices.kind == 3) & (devices.number % 10 == 0)
    name_code = code + len(EVENT_NAMES) // 2 * old_app[device]
    is_app = devices.kind == 3
    gives_session = ~is_app[visits.device]
    session = np.zeros(s, dtype=np.int64)
    session[gives_session] = take_numbers(counters, "session", int(gives_session.sum()))

    in_cart = np.isin(code, (ADD, REMOVE, CHECKOUT, PURCHASE))
    currency = np.array(voc.COUNTRY_CURRENCY)[people.country[person]]
    price = voc.CATALOGUE.prices[currency, events.product]
    value = price * events.quantity
    value = np.where(visits.order[visit] >= 0, orders.net[visits.order[visit]], value)
    value = np.where(code == REMOVE, 0, value)
    landing = place == 0
    source = np.where(rng.random(s) < 0.3, rng.integers(0, len(voc.UTM_SOURCES), s), -1)
    referrer = np.where(rng.random(s) < 0.35, rng.integers(0, len(voc.REFERRERS), s), -1)
    abroad = rng.random(s) < 0.03
    city = people.city[visits.person]
    table = event_table(
        event_number=take_numbers(counters, "web_event", e),
        time=time, received=received, name=name_code, code=code,
        anonymous_id=devices.anonymous_id.take(pa.array(device)),
        user_id=ar.take(records.customer_id, np.where(logged_in, account[visit], -1)),
        session=np.where(gives_session, session, 0)[visit],
        product=events.product, landing=landing,
        source=np.where(landing, source[visit], -1),
        referrer=np.where(landing, referrer[visit], -1),
        device_type=devices.kind[device], agent=devices.agent[device],
        country=np.where(abroad, 5, people.country[visits.person])[visit],
        city=np.where(abroad, ABROAD_CITY, city)[visit],
        cart=np.where(in_cart, visits.cart[visit], 0),
        cart_value=value, quantity=events.quantity, price=price, rng=rng,
    )  # fmt: skip
    truth = _carts_truth(scope, orders, visits, visit, code, true_time)
    return table, truth


def event_table(
    *,
    event_number: Ints,
    time: Ints,
    received: Ints,
    name: Ints,
    code: Ints,
    anonymous_id: pa.Array,
    user_id: pa.Array,
    session: Ints,
    product: Ints,
    landing: Bools,
    source: Ints,
    referrer: Ints,
    device_type: Ints,
    agent: Ints,
    country: Ints,
    city: Ints,
    cart: Ints,
    cart_value: Ints,
    quantity: Ints,
    price: Ints,
    rng: np.random.Generator,
) -> pa.Table:
    """Return `web_events` rows; codes below zero and numbers of zero become null."""
    e = len(code)
    about_product = np.isin(code, (PRODUCT_VIEW, ADD, REMOVE))
    category = product // voc.STEPS
    browsing = (code == PAGE_VIEW) & ~landing
    url = np.full(e, HOME)
    url = np.where(browsing, category, url)
    url = np.where(about_product, _PRODUCT_URL + product, url)
    for what, page in (
        (CHECKOUT, CHECKOUT_URL), (PURCHASE, THANKS_URL), (LOGIN, LOGIN_URL), (SEARCH, SEARCH_URL),
        (REMOVE, CART_URL), (SIGN_UP, LOGIN_URL),
    ):  # fmt: skip
        url = np.where(code == what, page, url)
    scrolled = (code == PRODUCT_VIEW) | browsing
    depth = rng.integers(1, 5, e) * 0.25
    term = category * 6 + product % 6
    app = np.where(device_type == 3, (agent - 6) % 2, -1)
    properties = np.where(code == SEARCH, 2 + (product % 9 == 0), np.where(landing, app, -1))
    cities = [row[1] for row in voc.CITIES] + ["Amsterdam"]
    regions = [row[2] for row in voc.CITIES] + ["Noord-Holland"]
    return pa.table(
        {
            "event_id": ar.ids("e", event_number),
            "occurred_at": ar.times(time),
            "received_at": ar.times(received),
            "event_name": ar.words(name, EVENT_NAMES),
            "anonymous_id": anonymous_id,
            "user_id": user_id,
            "session_id": ar.ids("s", session, where=session > 0),
            "page_url": ar.words(np.where(device_type == 3, -1, url), URLS),
            "referrer": ar.words(referrer, voc.REFERRERS),
            "utm_source": ar.words(source, voc.UTM_SOURCES),
            "utm_medium": ar.words(source, voc.UTM_MEDIUMS),
            "utm_campaign": ar.words(
                np.where(source >= 0, time // (91 * DAY) % 4, -1), voc.UTM_CAMPAIGNS
            ),
            "device_type": ar.words(device_type, voc.DEVICE_TYPES),
            "user_agent": ar.words(agent, voc.USER_AGENTS),
            "country": ar.words(country, IP_COUNTRIES),
            "region": ar.words(city, regions),
            "city": ar.words(city, cities),
            "product_id": ar.words(np.where(about_product, product, -1), voc.CATALOGUE.product_ids),
            "category": ar.words(np.where(about_product | browsing, category, -1), voc.CATEGORIES),
            "cart_id": ar.ids("k", cart, where=cart > 0),
            "cart_value": ar.money(cart_value, cart > 0),
            "quantity": ar.numbers(quantity.astype(np.int32), np.isin(code, (ADD, REMOVE))),
            "price": ar.money(price, about_product),
            "search_term": ar.words(np.where(code == SEARCH, term, -1), voc.SEARCH_TERMS),
            "scroll_depth": ar.numbers(depth, scrolled),
            "properties": ar.words(properties, PROPERTIES),
        }
    )


def _carts_truth(
    scope: Scope, orders: Orders, visits: Visits, visit: Ints, code: Ints, time: Ints
) -> pa.Table:
    """Return every cart a person opened; abandoned = no purchase of it within 24 hours."""
    added = code == ADD
    cart, opened = visits.cart[visit[added]], time[added]
    bought = code == PURCHASE
    bought_cart, bought_at = visits.cart[visit[bought]], time[bought]
    order = np.argsort(bought_cart)
    bought_cart, bought_at = bought_cart[order], bought_at[order]
    found = np.minimum(np.searchsorted(bought_cart, cart), max(len(bought_cart) - 1, 0))
    if len(bought_cart):
        matched = bought_cart[found] == cart
        kept = matched & (bought_at[found] - opened <= ABANDONED_AFTER_SECONDS)
    else:
        kept = np.zeros(len(cart), dtype=np.bool_)
    return pa.table(
        {
            "cart_id": ar.ids("k", cart),
            "person_id": ar.ids("p", scope.first + visits.person[visit[added]] + 1),
            "opened_at": ar.times(opened),
            "is_abandoned": ar.numbers(~kept),
        }
    )


def make_visitors(scope: Scope, counters: Counters) -> tuple[pa.Table, pa.Table]:
    """Return `web_events` rows of anonymous visitors and bots, and the truth of their devices."""
    rng = scope.rng("visitors")
    visitors = max(round(scope.count * DIRT.visitors), 1)
    bots = max(round(scope.count * DIRT.bots), 2)
    d = visitors + bots
    is_bot = np.arange(d) >= visitors
    # Crawlers say so or come from a script; the others look like a browser and are too fast.
    disguised = is_bot & (np.arange(d) % 2 == 1)
    crawler = is_bot & ~disguised
    kind = np.where(is_bot, 0, np.searchsorted([0.4, 0.9], rng.random(d)))
    agent = np.array(voc.AGENTS_OF_TYPE)[kind, rng.integers(0, 3, d)]
    agent = np.where(crawler, np.array(voc.CRAWLER_AGENTS)[rng.integers(0, 3, d)], agent)
    number = take_numbers(counters, "device", d)
    anonymous = ar.ids("a", number)

    visit_count = np.where(is_bot, 2, 1 + (rng.random(d) < 0.2))
    device, _ = positions(visit_count)
    s = len(device)
    size = np.where(is_bot[device], rng.integers(60, 220, s), 1 + rng.geometric(0.5, s))
    start = moments(
        scope, rng, np.full(s, scope.start), np.full(s, END - DAY), rng.random(s),
        store=np.zeros(s, dtype=np.bool_),
    )  # fmt: skip
    order = np.argsort(start, kind="stable")
    device, size, start = device[order], size[order], start[order]
    visit, place = positions(size)
    e = len(visit)
    bot_event = is_bot[device[visit]]
    # A crawler asks every two to six seconds, a disguised bot up to three times a second.
    pace = np.where(disguised[device[visit]], rng.random(e) < 0.4, rng.integers(2, 7, e))
    pause = np.where(bot_event, pace, np.exp(3.2 + 0.8 * rng.standard_normal(e))).astype(np.int64)
    pause[place == 0] = 0
    elapsed = np.cumsum(pause)
    time = start[visit] + elapsed - elapsed[place == 0][visit]
    code = np.where((place == 0) | (rng.random(e) < 0.3), PAGE_VIEW, PRODUCT_VIEW)
    product = rng.integers(0, len(voc.CATALOGUE.product_ids), e)
    country = rng.choice(len(voc.COUNTRIES), d, p=voc.COUNTRY_SHARES)
    city_country = np.array([row[0] for row in voc.CITIES])
    city = np.searchsorted(city_country, country) + rng.integers(0, 4, d)
    landing = place == 0
    source = np.where(rng.random(s) < 0.5, rng.integers(0, len(voc.UTM_SOURCES), s), -1)
    source = np.where(is_bot[device], -1, source)[visit]
    nothing = np.zeros(e, dtype=np.int64)
    on = device[visit]
    table = event_table(
        event_number=take_numbers(counters, "web_event", e),
        time=time, received=(time // 60 + 1) * 60, name=code, code=code,
        anonymous_id=anonymous.take(pa.array(on)),
        user_id=pa.nulls(e, pa.string()),
        session=take_numbers(counters, "session", s)[visit],
        product=product, landing=landing, source=np.where(landing, source, -1),
        referrer=np.full(e, -1), device_type=kind[on], agent=agent[on],
        country=country[on], city=city[on], cart=nothing, cart_value=nothing,
        quantity=nothing + 1,
        price=voc.CATALOGUE.prices[np.array(voc.COUNTRY_CURRENCY)[country[on]], product],
        rng=rng,
    )  # fmt: skip
    truth = pa.table(
        {
            "anonymous_id": anonymous,
            "person_id": pa.nulls(d, pa.string()),
            "is_bot": ar.numbers(is_bot),
        }
    )
    return table, truth


def devices_truth(scope: Scope, devices: Devices) -> pa.Table:
    """Return whose a device is; shared ones are nobody's."""
    owned = devices.owner >= 0
    return pa.table(
        {
            "anonymous_id": devices.anonymous_id,
            "person_id": ar.ids("p", scope.first + devices.owner + 1, where=owned),
            "is_bot": ar.numbers(np.zeros(len(owned), dtype=np.bool_)),
        }
    )
