"""Orders and their lines, products, exchange rates, and the orders the experiment caused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from covey.demo import arrow as ar
from covey.demo import vocabulary as voc
from covey.demo.people import (
    WINDOW_SHOPPER,
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
    DAY,
    DIRT,
    END,
    EXPOSED_SHARE,
    EXPOSED_TWICE_SHARE,
    EXPOSURE_FROM_DAYS,
    EXPOSURE_TO_DAYS,
    OUTCOME_DAYS,
    SEGMENTS,
    Bools,
    Floats,
    Ints,
)

COMPLETED, REFUNDED, PARTIAL, CANCELLED = 0, 1, 2, 3
STATUSES = ("completed", "refunded", "partially_refunded", "cancelled")
ACCOUNT, GUEST, ANONYMOUS, CARD_ONLY, NOBODY = 0, 1, 2, 3, 4
CHANNELS = ("web", "app", "store")


@dataclass(frozen=True)
class Exposures:
    """Who was exposed to the experiment: one row a person and exposure.

    Parameters
    ----------
    person, variant, time
        Variant 0 is control, 1 is treatment; the few exposed to both have two rows.
    extra
        Persons with an order that the treatment caused, and its time in seconds.
    ordered_without
        By segment: exposed persons (once only), and those who order anyway in the 30 days.
    """

    person: Ints
    variant: Ints
    time: Ints
    extra: Ints
    extra_time: Ints
    exposed: Ints
    ordered_without: Ints


@dataclass(frozen=True)
class Orders:
    """Orders of one chunk, length o; amounts in cents of the order's currency.

    Parameters
    ----------
    identity
        How the order names its buyer: `ACCOUNT`, `GUEST`, `ANONYMOUS`, `CARD_ONLY`, `NOBODY`.
    record
        CRM record the order belongs to, an index of `Records`.
    product, quantity
        Of the first line.
    """

    person: Ints
    time: Ints
    in_store: Bools
    device: Ints
    identity: Ints
    record: Ints
    status: Ints
    currency: Ints
    net: Ints
    product: Ints
    quantity: Ints
    table: pa.Table
    items: pa.Table


def hashed_half(seed: int, person: Ints) -> Bools:
    """Return a fair coin per person from a hash (splitmix64) of the person's number and the seed.

    The finaliser is Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
    """
    value = person.astype(np.uint64) + np.uint64((seed * 2 + 1) % (1 << 63))
    value *= np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    coin: Bools = (value ^ (value >> np.uint64(31))) % np.uint64(2) == 1
    return coin


def _expose(scope: Scope, people: People, person: Ints, time: Ints, counts: Bools) -> Exposures:
    """Expose a share of the web-shop's customers; treated ones may order who would not have."""
    rng = scope.rng("experiment")
    n = scope.count
    window = END - scope.start
    begin = END - min(EXPOSURE_FROM_DAYS * DAY, window // 2)
    until = END - min(EXPOSURE_TO_DAYS * DAY, window // 4)
    exposed = people.has_shop & (rng.random(n) < EXPOSED_SHARE) & (people.signup < begin)
    at = begin + (rng.random(n) * (until - begin)).astype(np.int64)
    treated = hashed_half(scope.seed, scope.first + np.arange(n))
    twice = exposed & (rng.random(n) < EXPOSED_TWICE_SHARE)

    inside = counts & (time > at[person]) & (time <= at[person] + OUTCOME_DAYS * DAY)
    orders_anyway = np.bincount(person[inside], minlength=n) > 0
    uplift = np.array([segment.uplift for segment in SEGMENTS])[people.segment]
    persuaded = exposed & ~twice & treated & ~orders_anyway & (rng.random(n) < uplift)
    extra = np.flatnonzero(persuaded)
    delay = (3600 + rng.random(len(extra)) ** 1.5 * (OUTCOME_DAYS * DAY - 7200)).astype(np.int64)

    once = exposed & ~twice
    first, again = np.flatnonzero(exposed), np.flatnonzero(twice)
    return Exposures(
        person=np.concatenate([first, again]),
        variant=np.concatenate([treated[first], ~treated[again]]).astype(np.int64),
        time=np.concatenate([at[first], at[again] + rng.integers(60, 5 * DAY, len(again))]),
        extra=extra,
        extra_time=at[extra] + delay,
        exposed=np.bincount(people.segment[once], minlength=len(SEGMENTS)),
        ordered_without=np.bincount(people.segment[once & orders_anyway], minlength=len(SEGMENTS)),
    )


def make_orders(
    scope: Scope,
    people: People,
    records: Records,
    devices: Devices,
    counters: Counters,
) -> tuple[Orders, Exposures]:
    """Draw the orders of a chunk with their lines.

    The last order of a person lies where the recency says, the others spread before it; basket
    values are lognormal around the person's own, lines take the product nearest in price.
    """
    rng = scope.rng("orders")
    n = scope.count
    traits = people.traits
    count = np.maximum(rounded(traits["orders"] * scope.scale, rng), 1)
    never = (people.segment == WINDOW_SHOPPER) & (rng.random(n) < 0.02)
    count = np.where(never, 0, count)
    person, position = positions(count)
    o = len(person)
    where = (position + rng.random(o)) / count[person]
    could_store = people.has_store[person]
    could_shop = people.has_shop[person]
    phase = rng.random(n)[person]
    in_store = could_store & (~could_shop | spread_hits(position, traits["store"][person], phase))
    time = moments(
        scope, rng, people.active_from[person], people.last_order[person], where, store=in_store
    )
    is_last = position == count[person] - 1
    last_day = people.last_order[person] // DAY * DAY
    time = np.where(is_last, last_day + time % DAY, np.minimum(time, last_day + time % DAY))

    refund_phase = rng.random(n)[person]
    refunded = spread_hits(position, traits["refund"][person], refund_phase)
    status = np.where(refunded, np.where(rng.random(o) < 0.6, REFUNDED, PARTIAL), COMPLETED)
    status = np.where(rng.random(o) < DIRT.cancelled_orders, CANCELLED, status)
    exposures = _expose(scope, people, person, time, status != CANCELLED)

    extra = len(exposures.extra)
    person = np.concatenate([person, exposures.extra])
    time = np.concatenate([time, exposures.extra_time])
    position = np.concatenate([position, count[exposures.extra]])
    in_store = np.concatenate([in_store, np.zeros(extra, dtype=np.bool_)])
    status = np.concatenate([status, np.full(extra, COMPLETED)])
    caused = np.arange(o + extra) >= o
    order = np.argsort(time, kind="stable")
    person, time, position = person[order], time[order], position[order]
    in_store, status, caused = in_store[order], status[order], caused[order]
    o += extra

    device = np.where(in_store, -1, pick_device(rng, devices, person))
    draw = rng.random(o)
    online = np.where(
        draw < DIRT.anonymous_orders,
        ANONYMOUS,
        np.where(draw < DIRT.anonymous_orders + DIRT.guest_orders, GUEST, ACCOUNT),
    )
    online = np.where(caused, ACCOUNT, online)
    offline = np.where(
        draw < DIRT.store_orders_without_identifier,
        NOBODY,
        np.where(draw < DIRT.store_orders_by_card_only, CARD_ONLY, ACCOUNT),
    )
    in_shop_record = record_at(records, rng, person, time, store=False)
    in_store_record = record_at(records, rng, person, time, store=True)
    record = np.where(in_store, in_store_record, in_shop_record)
    has_card = np.asarray(pc.is_valid(records.loyalty_number))[np.maximum(record, 0)]
    offline = np.where((offline == CARD_ONLY) & ~has_card, ACCOUNT, offline)
    has_email = np.asarray(pc.is_valid(records.clean_email))[np.maximum(record, 0)]
    online = np.where((online == GUEST) & ~has_email, ACCOUNT, online)
    identity = np.where(in_store, offline, online)

    promo = spread_hits(position, traits["promo"][person], rng.random(n)[person])
    depth = traits["depth"][person] * np.exp(0.15 * rng.standard_normal(o))
    percent = np.where(promo, np.clip(np.rint(depth * 20) * 5, 5, 60), 0).astype(np.int64)
    currency = np.array(voc.COUNTRY_CURRENCY)[people.country[person]]
    lines = _make_lines(rng, people, traits, person, percent, currency)

    net = np.add.reduceat(lines.net, lines.first) if o else np.zeros(0, dtype=np.int64)
    discount = np.add.reduceat(lines.discount, lines.first) if o else net
    cost = np.add.reduceat(lines.cost, lines.first) if o else net
    many = lines.count > 1
    status = np.where((status == PARTIAL) & ~many, REFUNDED, status)
    first_net = lines.net[lines.first] if o else net
    refund = np.where(status == REFUNDED, net, np.where(status == PARTIAL, first_net, 0))
    returned = (status[lines.order] == REFUNDED) | (
        (status[lines.order] == PARTIAL) & (lines.line == 1)
    )

    number = take_numbers(counters, "order", o)
    order_id = ar.ids("O", number)
    vat = np.array(voc.VAT_RATES)[people.country[person]]
    tax = np.rint(net * vat / (1 + vat)).astype(np.int64)
    shipping = np.where(in_store | (net > 6_000), 0, 490)
    is_app = devices.kind[np.maximum(device, 0)] == 3
    channel = np.where(in_store, 2, np.where(is_app, 1, 0))
    lower = rng.random(o) < DIRT.currency_lower_case
    store_number = people.city[person] * 2 + rng.integers(0, 2, n)[person]
    coupon = np.where(percent > 0, np.minimum(percent // 5, 9), -1)
    named = (identity == ACCOUNT) & (~in_store | (record >= 0))
    carded = in_store & has_card & ((identity == CARD_ONLY) | (named & (draw > 0.7)))
    with_email = (identity == GUEST) | (~in_store & named & has_email & (draw > 0.85))
    table = pa.table(
        {
            "order_id": order_id,
            "source_system": ar.words(in_store.astype(np.int64), ("shop", "store")),
            "customer_id": ar.take(records.customer_id, np.where(named, record, -1)),
            "email": ar.take(records.email, np.where(with_email, record, -1)),
            "loyalty_number": ar.take(records.loyalty_number, np.where(carded, record, -1)),
            "anonymous_id": ar.take(
                devices.anonymous_id,
                np.where(np.isin(identity, (GUEST, ANONYMOUS)), device, -1),
            ),
            "ordered_at": ar.times(time),
            "status": ar.words(status, STATUSES),
            "currency": ar.words(currency + 3 * lower, (*voc.CURRENCIES, "eur", "gbp", "usd")),
            "net_amount": ar.money(net),
            "gross_amount": ar.money(net + discount),
            "discount_amount": ar.money(discount),
            "tax_amount": ar.money(tax),
            "shipping_amount": ar.money(shipping),
            "refund_amount": ar.money(refund, refund > 0),
            "channel": ar.words(channel, CHANNELS),
            "store_id": ar.words(
                np.where(in_store, store_number, -1),
                [f"ST{code:03d}" for code in range(2 * len(voc.CITIES))],
            ),
            "coupon_code": ar.words(coupon, ["", *(f"SAVE{5 * step}" for step in range(1, 10))]),
            "cost_amount": ar.money(cost),
        }
    )
    items = pa.table(
        {
            "order_id": order_id.take(pa.array(lines.order)),
            "line_id": ar.numbers(lines.line.astype(np.int32)),
            "product_id": ar.words(lines.product, voc.CATALOGUE.product_ids),
            "quantity": ar.numbers(lines.quantity.astype(np.int32)),
            "net_amount": ar.money(lines.net),
            "is_returned": ar.numbers(returned),
            "cost_amount": ar.money(lines.cost),
        }
    )
    first_line = lines.first
    orders = Orders(
        person=person, time=time, in_store=in_store, device=device, identity=identity,
        record=record, status=status, currency=currency, net=net,
        product=lines.product[first_line], quantity=lines.quantity[first_line],
        table=table, items=items,
    )  # fmt: skip
    return orders, exposures


@dataclass(frozen=True)
class _Lines:
    """Lines of orders; `first` and `count` are per order."""

    order: Ints
    line: Ints
    product: Ints
    quantity: Ints
    net: Ints
    discount: Ints
    cost: Ints
    first: Ints
    count: Ints


def _make_lines(
    rng: np.random.Generator,
    people: People,
    traits: dict[str, Floats],
    person: Ints,
    percent: Ints,
    currency: Ints,
) -> _Lines:
    """Draw one to four lines an order, amounts in cents of the order's currency."""
    o = len(person)
    count = 1 + np.searchsorted([0.52, 0.82, 0.94], rng.random(o))
    order, position = positions(count)
    buyer = person[order]
    value = traits["basket"][person] * np.exp(0.25 * rng.standard_normal(o) - 0.03)
    # Before discount, so that the net basket has the value.
    target = (value / (1 - percent / 100) / count)[order] * np.exp(
        0.2 * rng.standard_normal(len(order))
    )
    quantity = 1 + ((target > 14) & (rng.random(len(order)) < 0.15)).astype(np.int64)
    away = rng.random(len(order)) < traits["breadth"][buyer]
    category = np.where(
        away, rng.integers(0, len(voc.CATEGORIES), len(order)), people.favourite[buyer]
    )
    height = np.log(np.maximum(target / quantity, 1.0) / voc.LOWEST_PRICE) / voc.PRICE_STEP
    step = np.clip(np.floor(height + rng.random(len(order))), 0, voc.STEPS - 1).astype(np.int64)
    product = category * voc.STEPS + step
    gross = voc.CATALOGUE.prices[currency[order], product] * quantity
    discount = (gross * percent[order] + 50) // 100
    margin = 0.42 + 0.2 * ((product * 37) % 10) / 10
    cost = np.rint(gross * margin).astype(np.int64)
    return _Lines(
        order=order, line=position + 1, product=product, quantity=quantity,
        net=gross - discount, discount=discount, cost=cost,
        first=np.cumsum(count) - count, count=count,
    )  # fmt: skip


def products_table() -> pa.Table:
    """Return the `products` rows."""
    items = voc.CATALOGUE
    return pa.table(
        {
            "product_id": pa.array(items.product_ids),
            "name": pa.array(items.names),
            "brand": pa.array(items.brands),
            "category_l1": pa.array(items.level_1),
            "category_l2": pa.array(items.level_2),
            "category_l3": pa.array(items.level_3),
            "list_price": ar.money(items.prices[0]),
            "tags": pa.array(items.tags, pa.string()),
        }
    )


def exchange_rates_table(start: int, seed: int) -> pa.Table:
    """Return daily rates into EUR for the window, without the days that are missing.

    EUR itself is there with 1. About one day in 90 is missing for GBP and USD.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(99,)))
    days = np.arange(start // DAY - 7, END // DAY)
    parts: list[tuple[str, Ints, Floats]] = [("EUR", days, np.ones(len(days)))]
    for currency, level in (("GBP", 1 / 0.86), ("USD", 1 / 1.12)):
        walk = np.cumsum(0.002 * rng.standard_normal(len(days)))
        walk -= np.linspace(0, walk[-1], len(days))
        kept = rng.random(len(days)) > 1 / 90
        kept[0] = True
        parts.append((currency, days[kept], np.round(level * np.exp(walk), 5)[kept]))
    return pa.table(
        {
            "currency": pa.array([name for name, day, _ in parts for _ in day]),
            "rate_date": ar.dates(np.concatenate([day for _, day, _ in parts])),
            "rate_to_reporting": pa.array(np.concatenate([rate for _, _, rate in parts])),
        }
    )
