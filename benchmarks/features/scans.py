"""One scan of the inputs by hand: what features are made of, counted and summed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

EVENTS = ("page_view", "product_view", "search", "add_to_cart", "checkout_start", "purchase")
SCANS: dict[str, tuple[str, tuple[str, ...]]] = {
    "web_events": (
        "coalesce(anonymous_id, user_id)",
        (
            "count(event_id)",
            "count(user_id)",
            "count(session_id)",
            "count(cart_id)",
            "count(user_agent)",
            "count(*) filter (device_type in ('mobile', 'tablet', 'app'))",
            *(f"count(*) filter (event_name = '{name}')" for name in EVENTS),
            "sum(cart_value)",
            "min(try_cast(occurred_at as timestamp))",
            "max(try_cast(occurred_at as timestamp))",
            "max(try_cast(received_at as timestamp))",
        ),
    ),
    "orders": (
        "coalesce(customer_id, loyalty_number, email, anonymous_id)",
        (
            "count(order_id)",
            "count(coupon_code)",
            "count(*) filter (status = 'cancelled')",
            "count(*) filter (channel = 'store')",
            "count(*) filter (currency <> 'EUR')",
            "sum(net_amount)",
            "sum(discount_amount)",
            "sum(refund_amount)",
            "sum(cost_amount)",
            "min(try_cast(ordered_at as timestamp))",
            "max(try_cast(ordered_at as timestamp))",
        ),
    ),
    "order_items": (
        "order_id",
        (
            "count(line_id)",
            "count(product_id)",
            "count(*) filter (is_returned)",
            "sum(quantity)",
        ),
    ),
    "messages": (
        "coalesce(customer_id, email)",
        (
            "count(message_id)",
            *(
                f"count(*) filter (event_type = '{name}')"
                for name in ("sent", "delivered", "click", "bounce", "unsubscribe", "complaint")
            ),
            "count(*) filter (event_type = 'open' and not is_machine_open)",
            "max(try_cast(occurred_at as timestamp))",
        ),
    ),
    "offline_events": (
        "identifier_type, identifier",
        (
            *(
                f"count(*) filter (event_type = '{name}')"
                for name in ("store_visit", "loyalty_scan", "device_signal", "call")
            ),
            "max(try_cast(occurred_at as timestamp))",
        ),
    ),
}
"""Input -> whom its rows are about, and what is counted and summed of them."""

Result = dict[str, Any]


def scanned(folder: Path, *, grouped: bool) -> Result:
    """Count and sum what features are made of, for each customer, visitor or order, or in all."""
    rows = 0
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        for name, (key, figures) in SCANS.items():
            aliased = ", ".join(f"{figure} as f{place}" for place, figure in enumerate(figures))
            sql = f"select count(*) as row_count, {aliased} from '{folder / name}.parquet'"
            # Every figure is asked for, or DuckDB would not work it out.
            tops = ", ".join(f"max(f{place})" for place in range(len(figures)))
            by = f" group by {key}" if grouped else ""
            found = connection.execute(f"select sum(row_count), {tops} from ({sql}{by})")
            rows += int(found.fetchall()[0][0])
    return {"rows": rows}
