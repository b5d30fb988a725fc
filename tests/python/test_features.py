"""Features against pandas: each is computed once more, from orders, sessions and messages."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Project

INPUTS = {
    "orders": """
        from covey_intermediate.int_orders_resolved
        where customer_key is not null and not is_cancelled and not is_rate_missing
    """,
    "lines": "from covey_intermediate.int_order_items_resolved",
    "sessions": """
        from covey_intermediate.int_sessions where customer_key is not null and not is_bot
    """,
    "events": """
        select events.*, sessions.customer_key, started_at as moment
        from covey_personal.int_web_events_sessionized as events
        inner join covey_intermediate.int_sessions as sessions using (session_id)
        where sessions.customer_key is not null and not is_bot
    """,
    "carts": "select *, opened_at as moment from covey_intermediate.int_carts",
    "messages": """
        select
            messages.* replace (coalesce(message_id, event_id) as message_id),
            coalesce(by_customer.customer_key, by_email.customer_key) as customer_key
        from covey_personal.stg_messages as messages
        left join covey_personal.int_identities as by_customer
            on by_customer.node = 'customer_id:shop:' || messages.customer_id
        left join covey_personal.int_identities as by_email
            on by_email.node = 'email:(any):' || messages.email
        where coalesce(by_customer.customer_key, by_email.customer_key) is not null
    """,
    "visits": """
        select events.*, identities.customer_key
        from covey_personal.stg_offline_events as events
        inner join covey_personal.int_identities as identities
            on identities.node = events.identifier_type || case
                when events.identifier_type in ('customer_id', 'user_id')
                    then ':' || coalesce(events.source_system, 'shop') || ':'
                else ':(any):'
            end || events.identifier
    """,
    "answers": """
        from covey_intermediate.int_survey_responses_resolved
        where customer_key is not null and score is not null
    """,
}
MOMENTS = {
    "orders": "ordered_at",
    "lines": "ordered_at",
    "sessions": "started_at",
    "events": "moment",
    "carts": "opened_at",
    "messages": "occurred_at",
    "visits": "occurred_at",
    "answers": "answered_at",
}


@pytest.fixture(scope="module")
def inputs(built: Project) -> dict[str, pd.DataFrame]:
    """Return what features are made of, in the feature window, with a `day`."""
    frames = {}
    with duckdb.connect(str(built.database), read_only=True) as connection:
        sql = "select window_start_date, as_of_date from covey_intermediate.int_as_of"
        start, end = (pd.Timestamp(day) for day in connection.sql(sql).fetchall()[0])
        for name, sql in INPUTS.items():
            frame = connection.sql(sql).df()
            frame["day"] = frame[MOMENTS[name]].dt.normalize()
            frames[name] = frame[(frame["day"] > start) & (frame["day"] <= end)]
        frames["people"] = connection.sql("from covey_personal.int_customers_resolved").df()
        frames["stores"] = connection.sql("from covey_seeds.stores").df()
    frames["as_of"] = pd.DataFrame({"day": [end]})
    return frames


def entropy(values: pd.Series) -> float:
    shares = values.fillna("(none)").value_counts(normalize=True)
    return float(-(shares * np.log(shares)).sum())


def of_orders(inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    end = inputs["as_of"]["day"].iloc[0]
    orders = inputs["orders"]
    bought = orders[~orders["is_credit_note"]]
    by = bought.groupby("customer_key")
    everything = orders[orders["customer_key"].isin(bought["customer_key"])].groupby("customer_key")
    found = pd.DataFrame({"order_count": by.size()})
    sales, refunds = everything["net_amount"].sum(), everything["refund_amount"].sum()
    found["monetary"] = sales - refunds
    found["average_order_value"] = sales / found["order_count"]
    found["refund_share"] = refunds / sales
    discount = everything["discount_amount"].sum()
    found["discount_share"] = discount / (sales + discount)
    costed = orders[orders["cost_amount"].notna()].groupby("customer_key")
    found["margin_share"] = 1 - costed["cost_amount"].sum() / costed["net_amount"].sum()
    found["recency_days"] = (end - by["day"].max()).dt.days
    found["days_since_first_order"] = (end - by["day"].min()).dt.days
    months = by["day"].agg(lambda days: days.dt.to_period("M").nunique())
    found["orders_per_active_month"] = found["order_count"] / months
    found["coupon_order_share"] = by["coupon_code"].agg(lambda codes: codes.notna().mean())
    found["store_order_share"] = by["is_store_order"].mean()
    found["weekend_order_share"] = by["day"].agg(lambda days: (days.dt.dayofweek >= 5).mean())
    days = bought[["customer_key", "day"]].drop_duplicates().sort_values(["customer_key", "day"])
    gaps = days.assign(gap=days.groupby("customer_key")["day"].diff().dt.days).dropna()
    by_gap = gaps.groupby("customer_key")["gap"]
    found["cadence_days"] = by_gap.median()
    variation = by_gap.std(ddof=0) / by_gap.mean()
    found["cadence_variation"] = variation[by_gap.size() > 1]
    found["days_overdue"] = found["recency_days"] - found["cadence_days"]
    return found


def of_lines(inputs: dict[str, pd.DataFrame], orders: pd.DataFrame) -> pd.DataFrame:
    lines = inputs["lines"]
    lines = lines[lines["customer_key"].isin(orders.index)]
    by = lines.groupby("customer_key")
    counts = orders["order_count"]
    found = pd.DataFrame(index=counts.index)
    found["items_per_order"] = by["quantity"].sum() / counts
    pairs = lines[["customer_key", "order_id", "product_id"]].drop_duplicates()
    found["products_per_order"] = pairs.groupby("customer_key").size() / counts
    found["returned_line_share"] = by["is_returned"].agg(
        lambda flags: flags.fillna(False).astype(bool).mean()
    )
    found["category_entropy"] = by["category"].agg(entropy)
    found["top_category_share"] = by["category"].agg(
        lambda values: values.fillna("(none)").value_counts(normalize=True).max()
    )
    known = lines[lines["brand"].notna()].groupby("customer_key")["brand"]
    found["brand_loyalty"] = known.agg(lambda values: values.value_counts(normalize=True).max())
    rates = {}
    ordered = lines[lines["category"].notna()].sort_values(["ordered_at", "order_id"])
    for customer, mine in ordered.groupby("customer_key"):
        met: set[str] = set()
        news = []
        for _, order in mine.groupby(["ordered_at", "order_id"]):
            news.append(bool(set(order["category"]) - met))
            met |= set(order["category"])
        if len(news) > 1:
            rates[customer] = np.mean(news[1:])
    found["new_category_rate"] = pd.Series(rates)
    return found


def of_sessions(inputs: dict[str, pd.DataFrame], orders: pd.DataFrame) -> pd.DataFrame:
    end = inputs["as_of"]["day"].iloc[0]
    sessions, carts = inputs["sessions"], inputs["carts"]
    by = sessions.groupby("customer_key")
    found = pd.DataFrame({"session_count": by.size()})
    minutes, pages = by["duration_minutes"].sum(), by["page_count"].sum()
    found["site_minutes"] = minutes
    found["average_session_minutes"] = minutes / found["session_count"]
    found["pages_per_session"] = pages / found["session_count"]
    found["minutes_per_page"] = minutes / pages.where(pages > 0)
    found["bounce_share"] = by["page_count"].agg(lambda counts: (counts <= 1).mean())
    found["product_view_count"] = by["product_view_count"].sum()
    found["search_count"] = by["search_count"].sum()
    shares = {
        "search_session_share": sessions["search_count"] > 0,
        "cart_session_share": sessions["cart_add_count"] > 0,
        "checkout_session_share": sessions["checkout_count"] > 0,
        "session_conversion_rate": sessions["purchase_count"] > 0,
        "weekend_session_share": sessions["day"].dt.dayofweek >= 5,
        "evening_session_share": sessions["started_at"].dt.hour >= 18,
    }
    for name, flags in shares.items():
        found[name] = flags.groupby(sessions["customer_key"]).mean()
    checkouts = sessions[sessions["checkout_count"] > 0]
    found["checkout_completion_share"] = (
        (checkouts["purchase_count"] > 0).groupby(checkouts["customer_key"]).mean()
    )
    known = sessions[sessions["device_type"].notna()]
    mobile = known["device_type"].isin(["mobile", "tablet", "app"])
    found["mobile_session_share"] = mobile.groupby(known["customer_key"]).mean()
    found["device_type_count"] = by["device_type"].nunique()
    found["days_since_last_session"] = (end - by["day"].max()).dt.days
    age = (end - sessions["day"]).dt.days
    recent = (age < 30).groupby(sessions["customer_key"]).sum()
    prior = ((age >= 30) & (age < 60)).groupby(sessions["customer_key"]).sum()
    found["engagement_velocity"] = np.log((recent + 1) / (prior + 1))
    events = inputs["events"].sort_values(["session_id", "occurred_at", "event_id"])
    events["next"] = events.groupby("session_id")["event_name"].shift(-1)
    steps = events.dropna(subset="next")
    steps = steps.assign(step=steps["event_name"] + " " + steps["next"])
    found["path_entropy"] = steps.groupby("customer_key")["step"].agg(entropy)
    by_cart = carts[carts["customer_key"].isin(found.index)].groupby("customer_key")
    found["cart_count"] = by_cart.size()
    found["cart_abandonment_share"] = by_cart["is_abandoned"].mean()
    found["average_cart_value"] = by_cart["cart_value"].mean()
    bought = inputs["orders"][~inputs["orders"]["is_credit_note"]]
    first_order = bought.groupby("customer_key")["day"].min()
    days = (first_order - by["day"].min()).dt.days
    found["days_to_first_order"] = days.where(days >= 0)
    return found


def of_the_rest(inputs: dict[str, pd.DataFrame], sessions: pd.DataFrame) -> pd.DataFrame:
    end = inputs["as_of"]["day"].iloc[0]
    messages, visits, answers = inputs["messages"], inputs["visits"], inputs["answers"]
    kind = messages["event_type"]
    flags = messages.assign(
        sent=kind.isin(["sent", "delivered"]),
        opened=(kind == "open") & ~messages["is_machine_open"].fillna(False).astype(bool),
        clicked=kind == "click",
        unsubscribed=kind == "unsubscribe",
        complained=kind == "complaint",
        bounced=kind == "bounce",
    )
    names = ["sent", "opened", "clicked", "unsubscribed", "complained", "bounced"]
    each = flags.groupby(["customer_key", "message_id"])[names].max()
    by = each.assign(
        arrived=each["sent"] & ~each["bounced"], opened=each["opened"] | each["clicked"]
    ).groupby("customer_key")
    found = pd.DataFrame({"message_count": by["arrived"].sum()})
    sent = found["message_count"].where(found["message_count"] > 0)
    opened, clicked = by["opened"].sum(), by["clicked"].sum()
    found["open_rate"], found["click_rate"] = opened / sent, clicked / sent
    found["click_to_open_rate"] = clicked / opened.where(opened > 0)
    found["unsubscribe_count"] = by["unsubscribed"].sum()
    found["complaint_count"] = by["complained"].sum()
    clicks = messages[kind == "click"].groupby("customer_key")["day"].max()
    found["days_since_last_click"] = (end - clicks).dt.days
    counts = visits.groupby(["customer_key", "event_type"]).size().unstack(fill_value=0)
    found = found.join(counts.add_suffix("_count"), how="outer")
    traits = answers.groupby(["customer_key", "trait"])["score"].mean().unstack()
    found = found.join(traits.add_prefix("trait_"), how="outer")
    found = found.join(sessions["session_count"], how="outer")
    inside = found["store_visit_count"].fillna(0)
    contacts = inside + found["session_count"].fillna(0)
    found["offline_share"] = inside / contacts.where(contacts > 0)
    return found.drop(columns="session_count")


def unit_vectors(places: pd.DataFrame) -> np.ndarray:
    north, east = np.radians(places["latitude"]), np.radians(places["longitude"])
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], 1)


def of_places(inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what comes of places: distances from chords between points on the unit sphere."""
    people = inputs["people"].set_index("customer_key")
    placed = people.dropna(subset=["latitude", "longitude"])
    apart = unit_vectors(placed)[:, None] - unit_vectors(inputs["stores"])[None]
    chord = np.linalg.norm(apart, axis=2).min(axis=1)
    kilometres = np.round(2 * 6371.0088 * np.arcsin(chord / 2), 3)
    sessions = inputs["sessions"].dropna(subset="region")
    home = sessions["customer_key"].map(people["region"].str.lower())
    at_home = (sessions["region"].str.lower() == home)[home.notna()]
    return pd.DataFrame(
        {
            "nearest_store_km": pd.Series(kilometres, index=placed.index),
            "home_region_session_share": at_home.groupby(sessions["customer_key"]).mean(),
        }
    )


def test_every_feature_equals_pandas(built: Project, inputs: dict[str, pd.DataFrame]) -> None:
    orders = of_orders(inputs)
    sessions = of_sessions(inputs, orders)
    parts = [orders, of_lines(inputs, orders), sessions, of_the_rest(inputs, sessions)]
    parts.append(of_places(inputs))
    expected = pd.concat(parts, axis=1)
    with duckdb.connect(str(built.database), read_only=True) as connection:
        found = connection.sql("from covey_features.customer_features").df()
        catalog = connection.sql("from covey_seeds.feature_catalog").df()
    found = found.set_index("customer_key").sort_index()
    of_records = {"age_years", "tenure_days", "income", "household_size"}
    is_category = catalog["transform"].isin(["one_hot", "ordinal", "embedding"])
    assert set(expected) == set(catalog.loc[~is_category, "feature"]) - of_records
    expected = expected.reindex(found.index)
    for feature in expected:
        wanted = expected[feature].astype("float64")
        if feature.endswith("_count") or feature in {"monetary", "site_minutes"}:
            wanted = wanted.fillna(0)
        np.testing.assert_allclose(
            found[feature].astype("float64"), wanted, rtol=1e-6, atol=2e-6, err_msg=feature
        )
        assert found[feature].notna().any(), feature


def test_paths_equal_pandas(built: Project, inputs: dict[str, pd.DataFrame]) -> None:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        sql = """
            select events.session_id, event_name, occurred_at, event_id
            from covey_personal.int_web_events_sessionized as events
            inner join covey_intermediate.int_sessions as sessions using (session_id)
            cross join covey_intermediate.int_as_of
            where
                not is_bot and session_date > window_start_date and session_date <= as_of_date
        """
        events = connection.sql(sql).df().sort_values(["session_id", "occurred_at", "event_id"])
        transitions = connection.sql("from covey_marts.event_transitions").df()
        paths = connection.sql("from covey_marts.event_paths").df().set_index("event_path")
    names = events["event_name"]
    after = [names.groupby(events["session_id"]).shift(-step) for step in (1, 2, 3)]
    matrix = pd.crosstab(names, after[0].fillna("(end)"), normalize="index")
    found = transitions.pivot(index="from_event", columns="to_event", values="probability")
    np.testing.assert_allclose(found.fillna(0), matrix, rtol=1e-12)
    likely = transitions[transitions["is_most_likely"]].set_index("from_event")["to_event"]
    assert likely.to_dict() == matrix.idxmax(axis=1).to_dict()
    sessions = events["session_id"].nunique()
    expected = {}
    run = names
    for following in after:
        run = (run + " > " + following).dropna()
        per_path = events.loc[run.index, "session_id"].groupby(run).nunique()
        expected |= per_path[per_path >= 10].to_dict()
    assert paths["session_count"].to_dict() == expected
    np.testing.assert_allclose(paths["support"], paths["session_count"] / sessions)


def test_records_tell_of_people(built: Project) -> None:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        found = connection.sql(
            """
            select features.*, customers.birth_date, customers.created_at,
                customers.income as known_income, customers.household_size as known_size
            from covey_features.customer_features as features
            inner join covey_personal.int_customers_resolved as customers using (customer_key)
            """
        ).df()
    as_of, born = found["as_of_date"], found["birth_date"]
    had_birthday = (born.dt.month * 100 + born.dt.day) <= (as_of.dt.month * 100 + as_of.dt.day)
    age = as_of.dt.year - born.dt.year - (~had_birthday).astype(int)
    np.testing.assert_array_equal(found["age_years"].astype("float64"), age.astype("float64"))
    tenure = (as_of - found["created_at"].dt.normalize()).dt.days
    np.testing.assert_array_equal(found["tenure_days"].astype("float64"), tenure.astype("float64"))
    for feature, known in (("income", "known_income"), ("household_size", "known_size")):
        np.testing.assert_allclose(found[feature].astype("float64"), found[known].astype("float64"))
