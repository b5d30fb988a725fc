"""The features as a user would make them with pandas, from the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
WINDOW_DAYS = 730
SILENCE = pd.Timedelta(minutes=30)
PAGES = ("page_view", "product_view", "search")
MOBILE = ("mobile", "tablet", "app")
EVENTS = (*PAGES, "add_to_cart", "checkout_start", "purchase")

Result = dict[str, Any]


def read(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    """Read columns of an input. Decimals become floats: in pandas they would be objects."""
    table = pq.read_table(folder / f"{name}.parquet", columns=columns)
    fields = [
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    frame = table.cast(pa.schema(fields)).to_pandas()
    for column in columns:
        if column.endswith(("_at", "_date")):
            frame[column] = pd.to_datetime(frame[column], errors="coerce").astype("datetime64[us]")
    return frame


def days_between(first: pd.Series, last: pd.Series | pd.Timestamp) -> pd.Series:
    """Return the days from one day to another."""
    return (last - first).dt.days


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide, and give nothing where there is nothing to divide by."""
    return part / whole.where(whole > 0)


def shares(frame: pd.DataFrame, *values: str) -> pd.Series:
    """Return the share of each value, or combination of values, in the rows of a customer."""
    counts = frame.groupby(["customer", *values]).size()
    return counts / counts.groupby(level=0).transform("sum")


def entropy(parts: pd.Series) -> pd.Series:
    """Return the Shannon entropy of shares by customer, in nats."""
    return -(parts * np.log(parts)).groupby(level=0).sum()


class Customers:
    """Who is who by lookup: cards and e-mail in the CRM records, the last login of a device."""

    def __init__(self, folder: Path) -> None:
        columns = ["customer_id", "email", "loyalty_number", "birth_date", "income"]
        columns += ["household_size", "created_at", "updated_at"]
        records = read(folder, "customers", columns).sort_values("updated_at")
        self.records = records.drop_duplicates("customer_id", keep="last").set_index("customer_id")
        records["email"] = records["email"].str.lower().str.strip()
        self.by = {
            column: records.dropna(subset=column)
            .drop_duplicates(column)
            .set_index(column)["customer_id"]
            for column in ("email", "loyalty_number")
        }

    def learn_devices(self, events: pd.DataFrame) -> None:
        """Remember the last login of each device."""
        logins = events.dropna(subset=["user_id", "anonymous_id"])
        last = logins.drop_duplicates("anonymous_id", keep="last")
        self.by["anonymous_id"] = last.set_index("anonymous_id")["user_id"]

    def of_columns(self, frame: pd.DataFrame, *columns: str) -> pd.Series:
        """Return the customer of each row by the first of several columns that tells one."""
        found = frame["customer_id"]
        for column in columns:
            values = frame[column].str.lower().str.strip() if column == "email" else frame[column]
            found = found.fillna(values.map(self.by[column]))
        return found.astype("category")

    def of_identifiers(self, frame: pd.DataFrame) -> pd.Series:
        """Return the customer of each row that names a kind of identifier and its value."""
        kinds = ("customer_id", "email", "loyalty_number", "anonymous_id")
        columns = {
            kind: frame["identifier"].where(frame["identifier_type"] == kind) for kind in kinds
        }
        return self.of_columns(pd.DataFrame(columns), *kinds[1:])


class Window:
    """The days that count."""

    def __init__(self, end: pd.Timestamp) -> None:
        self.end = end
        self.start = end - pd.Timedelta(days=WINDOW_DAYS)

    def of(self, frame: pd.DataFrame, moment: str) -> pd.DataFrame:
        """Return the rows that count, with their day."""
        frame = frame.assign(day=frame[moment].dt.normalize())
        return frame[(frame["day"] > self.start) & (frame["day"] <= self.end)]


def web_events(folder: Path) -> pd.DataFrame:
    """Return each event once, under its canonical name and with the session it lies in."""
    columns = ["event_id", "occurred_at", "received_at", "event_name", "anonymous_id", "user_id"]
    columns += ["session_id", "device_type", "user_agent", "cart_id", "cart_value"]
    events = read(folder, "web_events", columns)
    events = events.sort_values("received_at").drop_duplicates("event_id")
    taxonomy = pd.read_csv(ROOT / "seeds/event_taxonomy.csv", index_col=0)["event_name"].to_dict()
    names = events["event_name"].astype("category")
    events["event_name"] = names.map(lambda name: taxonomy.get(name.lower(), name.lower())).astype(
        "category"
    )
    for column in ("device_type", "user_agent"):
        events[column] = events[column].astype("category")
    # A clock that runs ahead is set back.
    is_ahead = events["occurred_at"] > events["received_at"]
    events["occurred_at"] = events["occurred_at"].mask(is_ahead, events["received_at"])
    events["visitor"] = events["anonymous_id"].fillna(events["user_id"]).astype("category")
    events = events.dropna(subset=["occurred_at", "visitor"])
    events = events.sort_values(["visitor", "occurred_at", "event_id"], ignore_index=True)
    visitor, source = events["visitor"].cat.codes, events["session_id"]
    previous = source.shift()
    events["session"] = (
        (visitor != visitor.shift())
        | (events["occurred_at"].diff() > SILENCE)
        | (source.notna() & previous.notna() & (source != previous))
    ).cumsum()
    return events


def without_machines(events: pd.DataFrame) -> pd.DataFrame:
    """Leave out visitors and sessions that no person could be."""
    patterns = pd.read_csv(ROOT / "seeds/bot_user_agents.csv")["pattern"]
    agents = events["user_agent"].cat.categories.to_series()
    machines = agents[agents.str.lower().str.contains("|".join(patterns), regex=True)]
    minutes = events.groupby(["visitor", events["occurred_at"].dt.floor("min")]).size()
    racing = minutes[minutes > 60].index.get_level_values(0)
    refused = events["user_agent"].isin(machines)
    long = events["session"].map(events["session"].value_counts()) > 1000
    refused_sessions = events.loc[refused, "session"].unique()
    return events[
        ~(events["session"].isin(refused_sessions) | events["visitor"].isin(racing) | long)
    ]


def of_web(
    events: pd.DataFrame, customers: Customers, window: Window
) -> tuple[pd.DataFrame, pd.Series, int]:
    """Return the features of sessions, the day of each customer's first, and how many there are."""
    by = events.groupby("session")
    sessions = by.agg(
        customer_id=("user_id", "first"),
        anonymous_id=("anonymous_id", "first"),
        device_type=("device_type", "first"),
        started_at=("occurred_at", "first"),
        ended_at=("occurred_at", "last"),
    )
    kinds = events.groupby(["session", "event_name"]).size().unstack(fill_value=0)
    kinds.columns = kinds.columns.astype(str)
    sessions = sessions.join(kinds.reindex(columns=list(EVENTS), fill_value=0))
    sessions["customer"] = customers.of_columns(sessions, "anonymous_id")
    sessions = window.of(sessions, "started_at")
    count = len(sessions)
    sessions = sessions.dropna(subset="customer")
    age = days_between(sessions["day"], window.end)
    bought, checked_out = sessions["purchase"] > 0, sessions["checkout_start"] > 0
    pages = sessions[list(PAGES)].sum(axis=1)
    sessions = sessions.assign(
        minutes=(sessions["ended_at"] - sessions["started_at"]).dt.total_seconds() / 60,
        pages=pages,
        is_bounce=pages <= 1,
        is_search=sessions["search"] > 0,
        is_cart=sessions["add_to_cart"] > 0,
        is_checkout=checked_out,
        is_purchase=bought,
        is_completed=(bought & checked_out).where(checked_out),
        is_weekend=sessions["day"].dt.day_of_week >= 5,
        is_evening=sessions["started_at"].dt.hour >= 18,
        is_mobile=sessions["device_type"].isin(MOBILE).where(sessions["device_type"].notna()),
        is_recent=age < 30,
        is_prior=(age >= 30) & (age < 60),
    )
    for name in ("is_completed", "is_mobile"):
        sessions[name] = sessions[name].astype("float64")
    found = sessions.groupby("customer").agg(
        session_count=("minutes", "size"),
        site_minutes=("minutes", "sum"),
        page_count=("pages", "sum"),
        product_view_count=("product_view", "sum"),
        search_count=("search", "sum"),
        bounce_share=("is_bounce", "mean"),
        search_session_share=("is_search", "mean"),
        cart_session_share=("is_cart", "mean"),
        checkout_session_share=("is_checkout", "mean"),
        session_conversion_rate=("is_purchase", "mean"),
        checkout_completion_share=("is_completed", "mean"),
        weekend_session_share=("is_weekend", "mean"),
        evening_session_share=("is_evening", "mean"),
        mobile_session_share=("is_mobile", "mean"),
        device_type_count=("device_type", "nunique"),
        recent_count=("is_recent", "sum"),
        prior_count=("is_prior", "sum"),
        first_day=("day", "min"),
        last_day=("day", "max"),
    )
    found["average_session_minutes"] = found["site_minutes"] / found["session_count"]
    found["pages_per_session"] = found["page_count"] / found["session_count"]
    found["minutes_per_page"] = ratio(found["site_minutes"], found["page_count"])
    found["engagement_velocity"] = np.log((found["recent_count"] + 1) / (found["prior_count"] + 1))
    found["days_since_last_session"] = days_between(found["last_day"], window.end)

    events = events.assign(customer=events["session"].map(sessions["customer"]))
    events = events.dropna(subset="customer")
    following = events["event_name"].shift(-1)
    steps = events.assign(following=following)[events["session"] == events["session"].shift(-1)]
    found["path_entropy"] = entropy(shares(steps, "event_name", "following"))

    carts = events.dropna(subset="cart_id")
    name = carts["event_name"]
    carts = carts.assign(
        opened_at=carts["occurred_at"].where(name == "add_to_cart"),
        checked_out_at=carts["occurred_at"].where(name.isin(["checkout_start", "purchase"])),
    )
    carts = carts.groupby(["customer", "cart_id"]).agg(
        opened_at=("opened_at", "min"),
        checked_out_at=("checked_out_at", "min"),
        cart_value=("cart_value", "max"),
    )
    carts = carts.dropna(subset="opened_at")
    waited = carts["checked_out_at"] - carts["opened_at"]
    carts["is_abandoned"] = waited.isna() | (waited > pd.Timedelta(hours=24))
    found = found.join(
        carts.groupby(level=0).agg(
            cart_count=("is_abandoned", "size"),
            cart_abandonment_share=("is_abandoned", "mean"),
            average_cart_value=("cart_value", "mean"),
        )
    )
    first_day = found["first_day"]
    helpers = ["page_count", "recent_count", "prior_count", "first_day", "last_day"]
    return found.drop(columns=helpers), first_day, count


def purchases(folder: Path, customers: Customers, window: Window) -> pd.DataFrame:
    """Return each order that was not cancelled once, in the reporting currency."""
    columns = ["order_id", "source_system", "customer_id", "email", "loyalty_number"]
    columns += ["anonymous_id", "ordered_at", "status", "currency", "net_amount", "refund_amount"]
    columns += ["discount_amount", "cost_amount", "channel", "coupon_code"]
    orders = read(folder, "orders", columns)
    orders = orders.drop_duplicates(["source_system", "order_id"])
    orders = orders[orders["status"].str.lower() != "cancelled"]
    orders["customer"] = customers.of_columns(orders, "loyalty_number", "email", "anonymous_id")
    orders = window.of(orders, "ordered_at")
    orders["currency"] = orders["currency"].str.upper()
    rates = read(folder, "exchange_rates", ["currency", "rate_date", "rate_to_reporting"])
    orders = pd.merge_asof(
        orders.sort_values("day"),
        rates.dropna(subset="rate_date").sort_values("rate_date"),
        left_on="day",
        right_on="rate_date",
        by="currency",
    )
    rate = orders["rate_to_reporting"].mask(orders["currency"] == "EUR", 1.0)
    net = orders["net_amount"] * rate
    orders["is_credit_note"] = orders["net_amount"] < 0
    orders["net_amount"] = net.clip(lower=0)
    refunds = orders["refund_amount"].abs().fillna(0) * rate
    orders["refund_amount"] = refunds + (-net).clip(lower=0)
    orders["discount_amount"] = orders["discount_amount"].abs().fillna(0) * rate
    orders["cost_amount"] = orders["cost_amount"] * rate
    return orders[rate.notna() & net.notna()]


def of_orders(orders: pd.DataFrame, window: Window) -> tuple[pd.DataFrame, pd.Series]:
    """Return the features of orders, and the day of each customer's first."""
    bought = orders[~orders["is_credit_note"]]
    bought = bought.assign(
        month=bought["day"].dt.year * 12 + bought["day"].dt.month,
        has_coupon=bought["coupon_code"].notna(),
        is_store=bought["channel"] == "store",
        is_weekend=bought["day"].dt.day_of_week >= 5,
    )
    found = bought.groupby("customer").agg(
        order_count=("order_id", "size"),
        active_months=("month", "nunique"),
        coupon_order_share=("has_coupon", "mean"),
        store_order_share=("is_store", "mean"),
        weekend_order_share=("is_weekend", "mean"),
        first_day=("day", "min"),
        last_day=("day", "max"),
    )
    # A credit note counts with its refund alone.
    orders = orders.assign(costed=orders["net_amount"].where(orders["cost_amount"].notna()))
    names = ["net_amount", "refund_amount", "discount_amount", "costed", "cost_amount"]
    sums = orders.groupby("customer")[names].sum().reindex(found.index)
    found["monetary"] = sums["net_amount"] - sums["refund_amount"]
    found["average_order_value"] = sums["net_amount"] / found["order_count"]
    found["refund_share"] = ratio(sums["refund_amount"], sums["net_amount"])
    gross = sums["net_amount"] + sums["discount_amount"]
    found["discount_share"] = ratio(sums["discount_amount"], gross)
    found["margin_share"] = ratio(sums["costed"] - sums["cost_amount"], sums["costed"])
    found["orders_per_active_month"] = found["order_count"] / found["active_months"]
    found["recency_days"] = days_between(found["last_day"], window.end)
    found["days_since_first_order"] = days_between(found["first_day"], window.end)
    days = bought[["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    days["gap"] = days.groupby("customer")["day"].diff().dt.days
    gaps = days.dropna(subset="gap").groupby("customer")["gap"]
    found["cadence_days"] = gaps.median()
    found["cadence_variation"] = (gaps.std(ddof=0) / gaps.mean())[gaps.size() > 1]
    found["days_overdue"] = found["recency_days"] - found["cadence_days"]
    first_day = found["first_day"]
    return found.drop(columns=["active_months", "first_day", "last_day"]), first_day


def of_lines(folder: Path, orders: pd.DataFrame, order_counts: pd.Series) -> pd.DataFrame:
    """Return the features of what was in the orders."""
    columns = ["order_id", "line_id", "product_id", "quantity", "is_returned"]
    lines = read(folder, "order_items", columns).drop_duplicates(["order_id", "line_id"])
    products = read(folder, "products", ["product_id", "brand", "category_l1"])
    bought = orders.loc[~orders["is_credit_note"], ["order_id", "customer", "ordered_at"]]
    lines = lines.merge(bought.dropna(subset="customer"), on="order_id")
    lines = lines.merge(products.drop_duplicates("product_id"), on="product_id", how="left")
    lines["category"] = lines["category_l1"].astype("category")
    lines["brand"] = lines["brand"].astype("category")
    lines["is_returned"] = lines["is_returned"].eq(True)
    by = lines.groupby("customer")
    found = pd.DataFrame({"items_per_order": by["quantity"].sum() / order_counts})
    pairs = lines.drop_duplicates(["order_id", "product_id"])
    found["products_per_order"] = pairs.groupby("customer").size() / order_counts
    found["returned_line_share"] = by["is_returned"].mean()
    known = lines.assign(category=lines["category"].cat.add_categories("(none)").fillna("(none)"))
    parts = shares(known, "category")
    found["category_entropy"] = entropy(parts)
    found["top_category_share"] = parts.groupby(level=0).max()
    branded = lines.dropna(subset="brand")
    found["brand_loyalty"] = shares(branded, "brand").groupby(level=0).max()
    met = lines.dropna(subset="category").drop_duplicates(["order_id", "category"])
    met = met.sort_values(["ordered_at", "order_id"])
    met["is_new"] = ~met.duplicated(["customer", "category"])
    each = met.groupby("order_id", sort=False).agg(
        customer=("customer", "first"), is_new=("is_new", "any")
    )
    later = each[each.duplicated("customer")]
    found["new_category_rate"] = later.groupby("customer")["is_new"].mean()
    return found


def of_messages(messages: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the features of messages."""
    kind = messages["event_type"].str.lower().astype("category")
    flags = messages.assign(
        sent=kind.isin(["sent", "delivered"]),
        opened=(kind == "open") & ~messages["is_machine_open"].eq(True),
        clicked=kind == "click",
        unsubscribed=kind == "unsubscribe",
        complained=kind == "complaint",
        bounced=kind == "bounce",
        click_day=messages["day"].where(kind == "click"),
    )
    each = flags.groupby("message_id", sort=False).agg(
        customer=("customer", "first"),
        sent=("sent", "any"),
        opened=("opened", "any"),
        clicked=("clicked", "any"),
        unsubscribed=("unsubscribed", "any"),
        complained=("complained", "any"),
        bounced=("bounced", "any"),
        click_day=("click_day", "max"),
    )
    each["sent"] &= ~each["bounced"]
    # Who clicks has opened.
    each["opened"] |= each["clicked"]
    found = each.groupby("customer").agg(
        message_count=("sent", "sum"),
        opened=("opened", "sum"),
        clicked=("clicked", "sum"),
        unsubscribe_count=("unsubscribed", "sum"),
        complaint_count=("complained", "sum"),
        click_day=("click_day", "max"),
    )
    found["open_rate"] = ratio(found["opened"], found["message_count"])
    found["click_rate"] = ratio(found["clicked"], found["message_count"])
    found["click_to_open_rate"] = ratio(found["clicked"], found["opened"])
    found["days_since_last_click"] = days_between(found["click_day"], window.end)
    return found.drop(columns=["opened", "clicked", "click_day"])


def of_records(customers: Customers, window: Window) -> pd.DataFrame:
    """Return the features of the CRM records."""
    records, end = customers.records, window.end
    born = records["birth_date"]
    has_birthday_ahead = born.dt.month * 100 + born.dt.day > end.month * 100 + end.day
    return pd.DataFrame(
        {
            "age_years": end.year - born.dt.year - has_birthday_ahead,
            "tenure_days": days_between(records["created_at"].dt.normalize(), end),
            "income": records["income"],
            "household_size": records["household_size"],
        }
    )


def with_rfm(features: pd.DataFrame) -> pd.DataFrame:
    """Add the quintiles of recency, frequency and monetary value of those who bought."""
    buyers = features[features["order_count"] > 0]
    measures = {"recency": -buyers["recency_days"]}
    measures |= {"frequency": buyers["order_count"], "monetary": buyers["monetary"]}
    scores = {
        f"{name}_score": np.ceil(measure.rank(method="max", pct=True) * 5)
        for name, measure in measures.items()
    }
    features = features.assign(**scores)
    return features.assign(
        rfm_score=features["recency_score"] * 100
        + features["frequency_score"] * 10
        + features["monetary_score"]
    )


def by_pandas(folder: Path, written: Path) -> Result:
    """Make the features of every customer with pandas, and write them as Parquet."""
    customers = Customers(folder)
    columns = ["event_id", "occurred_at", "event_type", "customer_id", "email", "message_id"]
    messages = read(folder, "messages", [*columns, "is_machine_open"]).drop_duplicates("event_id")
    events = web_events(folder)
    customers.learn_devices(events)
    events = without_machines(events)
    window = Window(max(events["occurred_at"].max(), messages["occurred_at"].max()).normalize())

    web, first_session, session_count = of_web(events, customers, window)
    del events
    orders = purchases(folder, customers, window)
    bought, first_order = of_orders(orders, window)
    lines = of_lines(folder, orders, bought["order_count"])
    messages["customer"] = customers.of_columns(messages, "email")
    messages["message_id"] = messages["message_id"].fillna(messages["event_id"])
    mail = of_messages(window.of(messages.dropna(subset="customer"), "occurred_at"), window)

    columns = ["event_id", "occurred_at", "event_type", "identifier_type", "identifier"]
    visits = read(folder, "offline_events", columns).drop_duplicates("event_id")
    visits["customer"] = customers.of_identifiers(visits)
    visits = window.of(visits, "occurred_at").groupby(["customer", "event_type"]).size()
    columns = ["identifier_type", "identifier", "question_id", "answered_at", "trait", "score"]
    answers = read(folder, "survey_responses", columns).drop_duplicates(columns[:4])
    answers["customer"] = customers.of_identifiers(answers)
    traits = window.of(answers, "answered_at").groupby(["customer", "trait"])["score"].mean()

    parts = [
        of_records(customers, window),
        bought,
        lines,
        web,
        mail,
        visits.unstack(fill_value=0).add_suffix("_count"),
        traits.unstack().add_prefix("trait_"),
        pd.DataFrame({"first_session": first_session}),
        pd.DataFrame({"first_order": first_order}),
    ]
    features = pd.concat([part.set_axis(part.index.astype("str")) for part in parts], axis=1)
    counts = [name for name in features if name.endswith("_count")] + ["monetary", "site_minutes"]
    features[counts] = features[counts].fillna(0)
    contacts = features["store_visit_count"] + features["session_count"]
    features["offline_share"] = ratio(features["store_visit_count"], contacts)
    days = days_between(features.pop("first_session"), features.pop("first_order"))
    features["days_to_first_order"] = days.where(days >= 0)
    features = with_rfm(features)
    features.rename_axis("customer_id").to_parquet(written)
    return {
        "sessions": session_count,
        "orders": int((~orders["is_credit_note"]).sum()),
        "features": len(features.columns),
        "customers": len(features),
    }
