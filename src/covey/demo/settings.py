"""Constants of the demo data: the calendar, the planted segments, the shares of mess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAY: Final = 86_400
END: Final = 1_782_864_000
"""2026-07-01 00:00:00 UTC in seconds, exclusive: the data end on 2026-06-30."""

DAYS_PER_MONTH: Final = 365.25 / 12
CHUNK: Final = 10_000
"""Persons per chunk. Part of the format: another size gives other data."""

MAX_CUSTOMERS: Final = 9_000_000
"""Person numbers are spread over seven digits in e-mails and telephone numbers."""

THEMES: Final = (
    "people", "records", "devices", "orders", "web", "visitors", "messages", "offline", "surveys",
    "enrichment", "consents", "erasure", "experiment", "identifiers", "tests", "dirt",
)  # fmt: skip

TRAITS: Final = (
    "orders",  # log, orders in 24 months
    "basket",  # log, EUR per order
    "recency",  # log, days from the last order to the end
    "promo",  # logit, share of orders with a coupon
    "depth",  # logit, discount of such an order
    "store",  # logit, share of orders in a store, for who can order both ways
    "sessions",  # log, web sessions in 24 months
    "pages",  # log, views per session
    "dwell",  # log, seconds per view
    "cart",  # logit, share of sessions without an order that open a cart
    "open",  # logit, share of delivered e-mails opened by a person
    "click",  # logit, share of opened e-mails clicked
    "visits",  # log, store visits without an order in 24 months
    "breadth",  # logit, share of lines outside the favourite category
    "refund",  # logit, share of orders refunded
    "unsubscribe",  # logit, probability to unsubscribe once
)


@dataclass(frozen=True)
class Segment:
    """One planted segment.

    Parameters
    ----------
    name
        Value of `planted_segment` in the truth files.
    share
        Share of persons, 0 to 1.
    both, store_only
        Share of its persons with a record in both systems, and with a store record only.
    age, income
        Mean age in years and median income in EUR a year.
    uplift
        Probability that the treatment makes a person order who would not have ordered.
    centre
        One value per trait, on its natural scale (counts, EUR, days, seconds, shares).
    """

    name: str
    share: float
    both: float
    store_only: float
    age: float
    income: float
    uplift: float
    centre: tuple[float, ...]


#   orders basket recency promo depth store sessions pages dwell cart open click visits breadth
#   refund unsubscribe
SEGMENTS: Final = (
    Segment("vip_loyal", 0.06, 0.70, 0.0, 46, 62_000, 0.12,
        (25, 135, 5, 0.12, 0.12, 0.15, 24, 2.3, 45, 0.2, 0.66, 0.5, 0.8, 0.65, 0.04, 0.02)),
    Segment("regular_loyal", 0.20, 0.35, 0.0, 43, 44_000, 0.20,
        (7.5, 62, 22, 0.14, 0.12, 0.12, 7.5, 1.8, 38, 0.16, 0.42, 0.28, 0.35, 0.6, 0.04, 0.03)),
    Segment("deal_hunter", 0.18, 0.28, 0.0, 37, 31_000, 0.28,
        (7.5, 30, 26, 0.85, 0.3, 0.08, 8.5, 2.0, 24, 0.45, 0.55, 0.5, 0.3, 0.65, 0.09, 0.04)),
    Segment("window_shopper", 0.20, 0.15, 0.0, 31, 34_000, 0.08,
        (1.3, 45, 75, 0.15, 0.12, 0.05, 12.5, 3.1, 65, 0.35, 0.25, 0.22, 0.25, 0.55, 0.04, 0.04)),
    Segment("store_regular", 0.16, 0.50, 0.5, 56, 41_000, 0.04,
        (9, 48, 13, 0.15, 0.12, 0.9, 2.5, 1.2, 30, 0.1, 0.25, 0.12, 6.0, 0.6, 0.03, 0.02)),
    Segment("lapsed", 0.174, 0.32, 0.0, 41, 38_000, 0.015,
        (4, 52, 330, 0.16, 0.12, 0.1, 3.8, 1.6, 32, 0.22, 0.07, 0.08, 0.2, 0.55, 0.05, 0.1)),
    Segment("big_ticket_rare", 0.026, 0.60, 0.0, 51, 78_000, 0.0,
        (2.6, 820, 110, 0.06, 0.1, 0.25, 6, 2.8, 90, 0.25, 0.3, 0.2, 0.4, 0.5, 0.03, 0.03)),
)  # fmt: skip

LOG_TRAITS: Final = ("orders", "basket", "recency", "sessions", "pages", "dwell", "visits")
SPREAD: Final = {
    "orders": 0.24, "basket": 0.26, "recency": 0.40, "promo": 0.40, "depth": 0.20, "store": 0.40,
    "sessions": 0.26, "pages": 0.18, "dwell": 0.22, "cart": 0.40, "open": 0.30, "click": 0.35,
    "visits": 0.35, "breadth": 0.40, "refund": 0.50, "unsubscribe": 0.40,
}  # fmt: skip
"""Standard deviation of a person around the centre, on the log or logit scale."""

BLENDED_SHARE: Final = 0.12
"""Persons who stand between two segments; their label is that of the first."""

BLENDED_MOST: Final = 0.62
"""Largest weight of the second segment; above one half the label cannot be found."""

SEEN_ORDERS_SHARE: Final = 0.45
"""Online orders whose visit the tracker saw."""

EXPERIMENT_ID: Final = "free_shipping_2026q2"
EXPOSED_SHARE: Final = 0.6
EXPOSED_TWICE_SHARE: Final = 0.006
EXPOSURE_FROM_DAYS: Final = 71
EXPOSURE_TO_DAYS: Final = 36
OUTCOME_DAYS: Final = 30
ABANDONED_AFTER_SECONDS: Final = DAY


@dataclass(frozen=True)
class Dirt:
    """Shares that are planted mess: of rows, or of the persons, devices, or visits in the name.

    The table in `covey.demo` says what each of them looks like.
    """

    duplicate_rows: float = 0.004
    resent_events: float = 0.003
    invalid_rows: float = 0.0004
    late_sessions: float = 0.012
    skewed_devices: float = 0.004
    updated_customers: float = 0.02
    duplicate_persons_shop: float = 0.04
    duplicate_persons_store: float = 0.05
    fuzzy_only: float = 0.10
    placeholder_contacts: float = 0.08
    shared_phones: float = 0.01
    guest_orders: float = 0.07
    anonymous_orders: float = 0.015
    store_orders_by_card_only: float = 0.33
    store_orders_without_identifier: float = 0.0015
    cancelled_orders: float = 0.02
    currency_lower_case: float = 0.03
    family_tablets: float = 0.03
    kiosk_sessions: float = 0.012
    visitors: float = 0.30
    bots: float = 0.002
    test_accounts: float = 0.002
    machine_open_persons: float = 0.25
    erasure_requests: float = 0.003


DIRT: Final = Dirt()


def theme_rng(seed: int, theme: str, chunk: int) -> np.random.Generator:
    """Return the generator of one theme and chunk: a child of the seed, whatever ran before."""
    sequence = np.random.SeedSequence(seed, spawn_key=(THEMES.index(theme), chunk))
    return np.random.default_rng(sequence)
