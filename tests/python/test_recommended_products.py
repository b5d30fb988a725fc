"""Recommended products, worked out again in pandas, and measured on what was bought afterwards."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Project

sys.path.append(str(ROOT))

from benchmarks.recommendations.contenders import measures, popular_lately
from benchmarks.recommendations.run import DAYS, MODELS, read, recommended

SETTINGS = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["covey"]
LISTS = SETTINGS["covey_recommendations"]
LEAST = SETTINGS["covey_min_group_size"]
PRIMARY = SETTINGS["covey_primary_segmentation"]
LINES = """
    select
        orders.customer_key,
        items.product_id,
        items.order_id,
        orders.order_date,
        items.is_returned or items.quantity < 0 or orders.is_credit_note,
        not orders.is_cancelled and items.quantity > 0
    from covey_personal.stg_order_items as items
    inner join covey_intermediate.int_orders_resolved as orders using (order_id)
    inner join covey_personal.int_customers_profiled using (customer_key)
    where items.product_id is not null
"""
KEYS = ["customer_key", "product_id"]
MISTAKES = [
    ({"list_sise": 5}, 'covey_recommendations has no entry list_sise. Did you mean "list_size"?'),
    (
        {"list_size": "many"},
        "covey_recommendations.list_size must be a number, and is a text: many",
    ),
    ({"popular_days": 0}, "covey_recommendations.popular_days must be a whole number, 1 at least"),
    ({"popular_days": 1.5}, "popular_days must be a whole number, 1 at least, and is 1.5"),
    ({"list_size": 60}, "candidates_per_segment (50) must not be less than list_size (60)"),
    ({"list_size": 50}, ""),
]


@pytest.fixture(scope="module")
def lines(built: Project) -> pd.DataFrame:
    """Return every line of those who may be profiled, until the as-of date."""
    columns = [*KEYS, "order_id", "order_date", "is_returned", "is_sold"]
    found = pd.DataFrame(built.query(LINES), columns=columns)
    found["order_date"] = pd.to_datetime(found["order_date"])
    return found[found["order_date"] <= as_of(built)]


def as_of(built: Project) -> pd.Timestamp:
    return pd.Timestamp(built.query("select as_of_date from covey_intermediate.int_as_of")[0][0])


def evidence_of(lines: pd.DataFrame, window_start: pd.Timestamp) -> pd.DataFrame:
    """Return customer and product of what was bought in the window and never sent back."""
    sent_back = pd.MultiIndex.from_frame(lines.loc[lines["is_returned"], KEYS])
    kept = lines[lines["is_sold"] & ~lines["is_returned"] & (lines["order_date"] > window_start)]
    bought = kept.groupby(KEYS).agg(
        order_count=("order_id", "nunique"), last_bought=("order_date", "max")
    )
    bought = bought[~bought.index.isin(sent_back)].reset_index()
    ordered = bought.sort_values(
        ["customer_key", "last_bought", "order_count", "product_id"],
        ascending=[True, False, False, True],
    )
    ordered["position"] = ordered.groupby("customer_key").cumcount() + 1
    return ordered


@pytest.fixture(scope="module")
def evidence(built: Project, lines: pd.DataFrame) -> pd.DataFrame:
    days = pd.Timedelta(days=SETTINGS["covey_feature_window_days"])
    return evidence_of(lines, as_of(built) - days)


def offered(built: Project, evidence: pd.DataFrame) -> set[str]:
    """Return the products that are known and were sold lately."""
    since = as_of(built) - pd.Timedelta(days=LISTS["gone_after_days"])
    lately = set(evidence.loc[evidence["last_bought"] > since, "product_id"])
    return lately & {
        row[0] for row in built.query("select product_id from covey_personal.stg_products")
    }


def test_affinities_are_those_of_pandas(built: Project, evidence: pd.DataFrame) -> None:
    latest = evidence[evidence["position"] <= LISTS["products_per_customer"]]
    table = pd.crosstab(latest["customer_key"], latest["product_id"]).astype("float64")
    support = table.T @ table
    buyers = table.sum()
    expected = np.outer(buyers, buyers) / len(table)
    is_pair = (support >= LEAST) & (support - expected >= 1.96 * np.sqrt(expected))
    is_pair &= ~np.eye(len(is_pair), dtype=bool)
    measured = pd.DataFrame(
        {
            "support": support[is_pair].stack(),
            # In whole numbers, for equals must be equal to be put in the order of their ids.
            "gain": (support * len(table) - np.outer(buyers, buyers))[is_pair].stack(),
            "lift": (support / expected)[is_pair].stack(),
        }
    ).rename_axis(["product_id", "other_product_id"])
    rows = measured.dropna().reset_index()
    rows = rows[rows["other_product_id"].isin(offered(built, evidence))].sort_values(
        ["product_id", "gain", "other_product_id"], ascending=[True, False, True]
    )
    rows["rank"] = rows.groupby("product_id").cumcount() + 1
    rows = rows[rows["rank"] <= LISTS["neighbours_per_product"]]
    wanted = {
        (row.product_id, row.other_product_id): (row.rank, row.support, row.lift)
        for row in rows.itertuples()
    }
    found = {
        (product, other): (rank, count, lift)
        for product, other, rank, count, lift in built.query(
            "select product_id, other_product_id, rank, support, lift"
            " from covey_marts.product_affinities"
        )
    }
    assert len(found) > 100
    assert found.keys() == wanted.keys()
    for pair, figures in found.items():
        assert figures == pytest.approx(wanted[pair], rel=1e-12), pair


def test_segments_lift_is_that_of_pandas(built: Project, evidence: pd.DataFrame) -> None:
    members = pd.DataFrame(
        built.query(
            "select customer_key, segment_id from covey_segmentation.customer_segments"
            f" where segmentation = '{PRIMARY}'"
        ),
        columns=["customer_key", "segment_id"],
    )
    bought = evidence.merge(members, on="customer_key")
    counts = pd.crosstab(bought["segment_id"], bought["product_id"])
    expected = np.outer(counts.sum(axis=1), counts.sum()) / counts.to_numpy().sum()
    lift = counts / expected
    shrunk = (counts + LEAST) / (expected + LEAST)
    rows = built.query(
        "select segment_id, product_id, reason, support, lift, shrunk_lift"
        " from covey_marts.segment_products"
        f" where segmentation = '{PRIMARY}' order by segment_id, rank"
    )
    assert {row[2] for row in rows} >= {"affinity"}
    for segment, product, _, support, found, found_shrunk in rows:
        if support is not None:
            assert support == counts.loc[segment, product]
            assert (found, found_shrunk) == pytest.approx(
                (lift.loc[segment, product], shrunk.loc[segment, product]), rel=1e-12
            )
    by_affinity = [(row[0], -row[5]) for row in rows if row[2] == "affinity"]
    assert by_affinity == sorted(by_affinity)


def test_nobody_is_shown_what_they_may_not_be(
    built: Project, lines: pd.DataFrame, evidence: pd.DataFrame
) -> None:
    shown = pd.DataFrame(
        built.query("select customer_key, product_id from covey_marts.customer_products"),
        columns=KEYS,
    )
    pairs = pd.MultiIndex.from_frame(shown)
    since = as_of(built) - pd.Timedelta(days=LISTS["just_bought_days"])
    kept = lines["is_sold"] & ~lines["is_returned"]
    just_bought = pd.MultiIndex.from_frame(lines.loc[kept & (lines["order_date"] > since), KEYS])
    sent_back = pd.MultiIndex.from_frame(lines.loc[lines["is_returned"], KEYS])
    assert len(just_bought) > 1000
    assert len(sent_back) > 1000
    assert not pairs.isin(just_bought).any()
    assert not pairs.isin(sent_back).any()
    assert set(shown["product_id"]) <= offered(built, evidence)
    profiled = built.query("select customer_key from covey_personal.int_customers_profiled")
    sizes = shown.groupby("customer_key").size()
    assert set(sizes.index) == {row[0] for row in profiled}
    assert set(sizes) == {LISTS["list_size"]}


def test_who_must_not_be_profiled_gets_nothing(built: Project) -> None:
    profiled = "(select customer_key from covey_personal.int_customers_profiled)"
    counts = [
        built.query(f"select count(*) from {table} where customer_key not in {profiled}")[0][0]
        for table in ("covey_personal.int_customers_resolved", "covey_marts.customer_products")
    ]
    assert counts[0] > 0
    assert counts[1] == 0


def test_scores_are_those_of_pandas(built: Project) -> None:
    """The score of every row that is shown, from the tables that it is made of."""
    assert built.query(
        f"""
        with purchases as (
            from covey_marts.int_products_bought
            where evidence_position <= {LISTS["products_per_customer"]}
        ),
        sizes as (select customer_key, count(*) as size from purchases group by customer_key),
        sums as (
            select customer_key, other_product_id as product_id, sum(lift - 1) as excess
            from purchases inner join covey_marts.product_affinities using (product_id)
            group by all
        )
        select count(*) > 10000, bool_and(
            abs(shown.score - current_rate * (
                coalesce(shrunk_lift, 1) + coalesce(size, 0) + coalesce(excess, 0)
            ) / (1 + coalesce(size, 0))) < 1e-9
        )
        from covey_marts.customer_products as shown
        inner join covey_marts.int_products_counted using (product_id)
        left join sizes using (customer_key)
        left join sums using (customer_key, product_id)
        left join (
            from covey_segmentation.customer_segments where segmentation = '{PRIMARY}'
        ) as segments using (customer_key)
        left join (
            select segment_id, product_id, shrunk_lift from covey_marts.int_segment_products
            where segmentation = '{PRIMARY}'
        ) as liked using (segment_id, product_id)
        """
    ) == [(True, True)]


def test_mistakes_in_the_settings_are_named(built: Project, tmp_path: Path) -> None:
    asked = [
        f"{{{{ covey.recommendation_problems({json.dumps(given)}) | join('; ') }}}}"
        for given, _ in MISTAKES
    ]
    # The database is not touched; one of another name would have dbt parse everything anew.
    shutil.copytree(built.target, tmp_path / "target")
    done = Project(built.database, tmp_path / "target").dbt(
        "--quiet", "compile", "--inline", "\n-- next\n".join(asked)
    )
    said = [text.strip() for text in done.stdout.split("-- next")]
    assert len(said) == len(MISTAKES)
    for (_, words), text in zip(MISTAKES, said, strict=True):
        assert words in text
        assert bool(words) == bool(text)


def test_recommended_beats_popular_on_the_days_after(built: Project, tmp_path: Path) -> None:
    """As of a month before the end, beside what most people bought in the month before that.

    The products of the bundled shop are drawn from the categories that a person likes.
    """
    project = built.copy(tmp_path)
    last_day = (as_of(built) - pd.Timedelta(days=DAYS + 1)).date()
    with duckdb.connect(str(project.database)) as connection:
        # Segments are of today: with them the lists would know of what is to be foreseen.
        connection.execute("delete from covey_segmentation.customer_segments")
    project.dbt(
        *("run", "--select", "int_as_of", *MODELS), variables={"covey_as_of": str(last_day)}
    )
    purchases = read(project.database, last_day, LISTS["just_bought_days"])
    assert purchases.before["order_date"].max() <= pd.Timestamp(last_day)
    assert purchases.after["order_date"].max() > pd.Timestamp(
        last_day + datetime.timedelta(days=20)
    )
    hits = {
        name: measures(purchases, lists, only_new=True)[0]
        for name, lists in {
            "covey": recommended(project.database),
            "popular": popular_lately(purchases),
        }.items()
    }
    assert len(hits["covey"]) > 200
    # A tenth better at the least.
    assert hits["covey"].mean() > 1.1 * hits["popular"].mean()
