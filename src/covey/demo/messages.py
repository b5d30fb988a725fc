"""Message events: newsletters, reminders, and what people and machines do with them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from covey.demo import arrow as ar
from covey.demo.people import (
    Counters,
    People,
    Records,
    Scope,
    positions,
    record_at,
    rounded,
    spread_hits,
    take_numbers,
)
from covey.demo.settings import DAY, END

EVENT_TYPES = ("sent", "delivered", "open", "click", "bounce", "unsubscribe", "complaint")
SENT, DELIVERED, OPEN, CLICK, BOUNCE, UNSUBSCRIBE, COMPLAINT = range(7)
CHANNELS = ("email", "sms", "push")
SENDS = 8.0
"""Messages sent to a person in 24 months, on average."""


def make_messages(scope: Scope, people: People, records: Records, counters: Counters) -> pa.Table:
    """Return the `messages` rows of a chunk.

    A person opens a share of the delivered e-mails that follows the trait, evenly spread; the
    mail programs of some (`is_machine_open`) fetch every e-mail within 20 seconds of delivery.
    """
    rng = scope.rng("messages")
    n = scope.count
    main = np.where(people.has_shop, records.shop_record, records.store_record)
    reachable = np.asarray(pc.is_valid(records.clean_email))[main]
    count = np.maximum(rounded(SENDS * scope.scale * np.exp(0.2 * rng.standard_normal(n)), rng), 1)
    person, position = positions(np.where(reachable, count, 0))
    m = len(person)
    begin = np.maximum(people.active_from[person], scope.start)
    where = (position + rng.random(m)) / count[person]
    day = (begin + where * (END - DAY - begin)).astype(np.int64) // DAY
    # Newsletters leave on Tuesdays and Thursdays at nine, within a quarter of an hour.
    day -= (day + 3) % 7 % 2
    sent = day * DAY + 9 * 3600 + rng.integers(0, 900, m)
    sent = np.maximum(sent, scope.start + 60)

    channel = np.searchsorted([0.9, 0.96], rng.random(m))
    bounced = rng.random(m) < 0.012
    delivered = ~bounced
    email = channel == 0
    phase = rng.random((2, n))
    leaves = rng.random(n) < people.traits["unsubscribe"] * min(scope.scale, 1.0) * 1.6
    leaves_at = np.where(leaves, (rng.uniform(0.3, 1.0, n) * count).astype(np.int64), 1 << 30)
    still = position <= leaves_at[person]
    opened = (
        delivered & email & spread_hits(position, people.traits["open"][person], phase[0][person])
    )
    leave_now = (position == leaves_at[person]) & delivered & email
    opened |= leave_now
    opened_before = np.cumsum(opened) - opened
    start_of_person = np.searchsorted(person, person)
    nth_open = opened_before - opened_before[start_of_person] if m else opened_before
    clicked = opened & spread_hits(nth_open, people.traits["click"][person], phase[1][person])
    machine = delivered & email & people.apple[person] & (rng.random(m) < 0.95)
    complains = leave_now & (rng.random(m) < 0.1)

    delivered_at = sent + rng.integers(1, 30, m)
    opened_at = delivered_at + np.minimum(
        60 * np.exp(5.0 + 1.4 * rng.standard_normal(m)), 6 * DAY
    ).astype(np.int64)
    clicked_at = opened_at + rng.integers(5, 240, m)
    left_at = opened_at + rng.integers(20, 200, m)
    machine_at = delivered_at + rng.integers(1, 20, m)
    parts = (
        (np.ones(m, dtype=np.bool_), SENT, sent, False),
        (delivered, DELIVERED, delivered_at, False),
        (bounced, BOUNCE, delivered_at, False),
        (machine, OPEN, machine_at, True),
        (opened, OPEN, opened_at, False),
        (clicked, CLICK, clicked_at, False),
        (leave_now, UNSUBSCRIBE, left_at, False),
        (complains, COMPLAINT, left_at + 30, False),
    )
    kept = [np.flatnonzero(flag & still & (at < END)) for flag, _, at, _ in parts]
    send = np.concatenate(kept)
    kind = np.concatenate([np.full(len(k), part[1]) for k, part in zip(kept, parts, strict=True)])
    time = np.concatenate([part[2][k] for k, part in zip(kept, parts, strict=True)])
    by_machine = np.concatenate([np.full(len(k), p[3]) for k, p in zip(kept, parts, strict=True)])
    order = np.lexsort((kind, send, sent[send]))
    send, kind, time, by_machine = send[order], kind[order], time[order], by_machine[order]

    message = np.zeros(m, dtype=np.int64)
    message[np.argsort(sent, kind="stable")] = take_numbers(counters, "message", m)
    has_shop = people.has_shop[person]
    shop = record_at(records, rng, person, sent, store=False)
    store = record_at(records, rng, person, sent, store=True)
    record = np.where(has_shop, shop, store)
    usable = np.asarray(pc.is_valid(records.clean_email))[record]
    record = np.where(usable, record, main[person])
    by_id = has_shop & (rng.random(m) < 0.75)
    with_email = ~by_id | (rng.random(m) < 0.1)
    month = (sent // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    base = int(month.min()) if m else 0
    names = [f"nl_{np.datetime64(base + step, 'M')}".replace("-", "_") for step in range(
        int(month.max()) - base + 1 if m else 0)]  # fmt: skip
    extra = np.searchsorted([0.86, 0.93, 0.97], rng.random(m))
    campaign = np.where(extra > 0, len(names) + extra - 1, month - base)
    names += ["cart_reminder", "win_back", "birthday"]
    return pa.table(
        {
            "event_id": ar.ids("g", take_numbers(counters, "message_event", len(send))),
            "occurred_at": ar.times(time),
            "channel": ar.words(channel[send], CHANNELS),
            "event_type": ar.words(kind, EVENT_TYPES),
            "customer_id": ar.take(records.customer_id, np.where(by_id, record, -1)[send]),
            "email": ar.take(records.email, np.where(with_email, record, -1)[send]),
            "campaign_id": ar.words(campaign[send], names),
            "message_id": ar.ids("m", message[send]),
            "is_machine_open": ar.numbers(by_machine, kind == OPEN),
        }
    )
