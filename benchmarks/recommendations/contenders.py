"""What covey is measured against, and how: popularity, and item-to-item neighbours in scipy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

TOP = 10
NEIGHBOURS = 20
RECENT_DAYS = 30
DRAWS = 1000
BLOCK = 1000
FloatArray = npt.NDArray[np.float64]
Recommended = dict[str, list[str]]
"""Customer -> products, best first."""


@dataclass(frozen=True)
class Purchases:
    """Purchases of known customers, before and after the last day that is known.

    `before` and `after` have customer_key, product_id and order_date; `left_out` the pairs that
    nobody may recommend; `offered` the products that can still be had.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    left_out: pd.DataFrame
    offered: set[str]
    last_day: pd.Timestamp

    def may(self) -> dict[str, set[str]]:
        """Return the products that each customer must not be shown."""
        return {
            str(key): set(rows) for key, rows in self.left_out.groupby("customer_key")["product_id"]
        }

    def customers(self) -> list[str]:
        """Return who bought before and after, in the order of their keys."""
        both = set(self.before["customer_key"]) & set(self.after["customer_key"])
        return sorted(both)


def buyers_of(rows: pd.DataFrame) -> pd.Series:
    """Count the customers of each product, most first, ties by name."""
    counts = rows.groupby("product_id")["customer_key"].nunique().reset_index(name="customers")
    ordered = counts.sort_values(["customers", "product_id"], ascending=[False, True])
    return ordered.set_index("product_id")["customers"]


def most_popular(purchases: Purchases, rows: pd.DataFrame) -> Recommended:
    """Recommend what most customers bought, less what may not be shown."""
    products = [name for name in buyers_of(rows).index if name in purchases.offered]
    refused = purchases.may()
    return {
        customer: first(products, refused.get(customer, set()))
        for customer in purchases.customers()
    }


def first(products: list[str], refused: set[str]) -> list[str]:
    """Return the first products that are not refused."""
    found: list[str] = []
    for name in products:
        if name not in refused:
            found.append(name)
            if len(found) == TOP:
                break
    return found


def popular_ever(purchases: Purchases) -> Recommended:
    """Recommend what most customers ever bought."""
    return most_popular(purchases, purchases.before)


def popular_lately(purchases: Purchases) -> Recommended:
    """Recommend what most customers bought in the last days."""
    since = purchases.last_day - pd.Timedelta(days=RECENT_DAYS)
    return most_popular(purchases, purchases.before[purchases.before["order_date"] > since])


def item_neighbours(purchases: Purchases) -> Recommended:
    """Recommend by the cosine of buyers, summed over everything a customer bought."""
    pairs = purchases.before[["customer_key", "product_id"]].drop_duplicates()
    customers = pd.Index(sorted(pairs["customer_key"].unique()))
    products = buyers_of(pairs).index
    shape = (len(customers), len(products))
    places = (
        customers.get_indexer(pairs["customer_key"]),
        products.get_indexer(pairs["product_id"]),
    )
    bought = sparse.csr_matrix((np.ones(len(pairs)), places), shape=shape)
    counts = np.asarray(bought.sum(axis=0)).ravel()
    kept = nearest(bought @ sparse.diags(1 / np.sqrt(counts)))
    offered = np.array([name in purchases.offered for name in products])
    # Popularity decides between products that nothing speaks for.
    popularity = counts / counts.max() * 1e-6
    refused = purchases.may()
    found: Recommended = {}
    for customer in purchases.customers():
        row = customers.get_loc(customer)
        score = np.asarray((bought[row] @ kept).todense()).ravel() + popularity
        score[~offered] = -1
        places_refused = products.get_indexer(sorted(refused.get(customer, set())))
        score[places_refused[places_refused >= 0]] = -1
        best = np.argsort(-score, kind="stable")[:TOP]
        found[customer] = [str(products[place]) for place in best if score[place] >= 0]
    return found


def nearest(scaled: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the nearest neighbours of each product, by the products of columns of length 1."""
    by_product = sparse.csr_matrix(scaled.T)
    size = by_product.shape[0]
    rows, columns, values = [], [], []
    # In blocks: all pairs of a grocer's products at once would not fit into the memory.
    for start in range(0, size, BLOCK):
        likeness = sparse.csr_matrix(by_product[start : start + BLOCK] @ scaled)
        for row in range(likeness.shape[0]):
            place = slice(likeness.indptr[row], likeness.indptr[row + 1])
            others = likeness.indices[place] != start + row
            found, names = likeness.data[place][others], likeness.indices[place][others]
            best = np.lexsort((names, -found))[:NEIGHBOURS]
            rows += [start + row] * len(best)
            columns += list(names[best])
            values += list(found[best])
    return sparse.csr_matrix((values, (rows, columns)), shape=(size, size))


def repeats(purchases: Purchases) -> Recommended:
    """Recommend what each customer bought on most days, filled with what is popular."""
    days = purchases.before.drop_duplicates()
    counts = days.groupby(["customer_key", "product_id"])["order_date"].agg(["size", "max"])
    ordered = counts.reset_index().sort_values(
        ["customer_key", "size", "max", "product_id"], ascending=[True, False, False, True]
    )
    own = {str(key): list(rows) for key, rows in ordered.groupby("customer_key")["product_id"]}
    popular = popular_lately(purchases)
    refused = purchases.may()
    return {
        customer: first(
            list(dict.fromkeys(
                [name for name in own.get(customer, []) if name in purchases.offered]
                + popular[customer]
            )),
            refused.get(customer, set()),
        )
        for customer in purchases.customers()
    }  # fmt: skip


CONTENDERS: dict[str, Callable[[Purchases], Recommended]] = {
    "popular in the feature window": popular_ever,
    "popular in the last 30 days": popular_lately,
    "item neighbours (scipy)": item_neighbours,
    "bought most often by the customer": repeats,
}


def measures(
    purchases: Purchases, lists: Recommended, *, only_new: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return hit, recall and nDCG of each customer who bought something that counts."""
    truth = purchases.after[["customer_key", "product_id"]].drop_duplicates()
    if only_new:
        known = pd.MultiIndex.from_frame(purchases.before[["customer_key", "product_id"]])
        truth = truth[~pd.MultiIndex.from_frame(truth).isin(known)]
    bought = {str(key): set(rows) for key, rows in truth.groupby("customer_key")["product_id"]}
    weights = 1 / np.log2(np.arange(2, TOP + 2))
    hit, recall, ndcg = [], [], []
    for customer in purchases.customers():
        wanted = bought.get(customer)
        if not wanted:
            continue
        hits = np.array([name in wanted for name in lists.get(customer, [])[:TOP]], dtype=float)
        hit.append(float(hits.any()))
        recall.append(hits.sum() / len(wanted))
        ndcg.append((hits * weights[: len(hits)]).sum() / weights[: min(TOP, len(wanted))].sum())
    return np.array(hit), np.array(recall), np.array(ndcg)


def scores(
    purchases: Purchases, lists: dict[str, Recommended], *, only_new: bool, title: str
) -> list[str]:
    """Return a table: hit rate and how far covey's is above it, recall, nDCG, coverage."""
    covey, *_ = measures(purchases, lists["covey"], only_new=only_new)
    customers = purchases.customers()
    lines = [
        f"{title[0].upper()}{title[1:]}: {len(covey):,} customers, "
        f"{len(purchases.offered):,} products on offer.",
        "",
        "| contender | hit rate | covey's is higher by (95 %) | recall | nDCG | coverage |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, found in lists.items():
        if only_new and name == "bought most often by the customer":
            continue
        hit, recall, ndcg = measures(purchases, found, only_new=only_new)
        shown = {product for customer in customers for product in found.get(customer, [])[:TOP]}
        gain = ""
        if name != "covey":
            # The same customers for both: draw customers with replacement.
            drawn = np.random.default_rng(0).integers(0, len(hit), (DRAWS, len(hit)))
            low, high = np.quantile((covey - hit)[drawn].mean(axis=1), [0.025, 0.975])
            gain = f"{100 * low:+.1f} to {100 * high:+.1f} points"
        lines.append(
            f"| {name} | {100 * hit.mean():.1f} % | {gain} | {100 * recall.mean():.2f} % "
            f"| {ndcg.mean():.4f} | {100 * len(shown) / len(purchases.offered):.1f} % |"
        )
    return [*lines, ""]
