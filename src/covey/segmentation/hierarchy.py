"""Agglomerative clustering of weighted points, and the tree that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform

from covey.segmentation.forms import Parameter, read_all, read_number, rounded
from covey.segmentation.frames import FloatArray, IntArray

NUMBER_WIDTH = 4
"""Digits of the numbers of merges and leaves in rows, at least."""


def numbered(count: int) -> list[str]:
    """Return the texts 0001, 0002, ... that sort as the numbers do."""
    width = max(NUMBER_WIDTH, len(str(count)))
    return [f"{number:0{width}d}" for number in range(1, count + 1)]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A dendrogram over leaves that stand for one or many points each.

    Attributes
    ----------
    leaves
        (m, d) means of the points of each leaf.
    weights
        (m,) numbers of points.
    pairs
        (m - 1, 2) nodes that are merged, the lowest merge first. Node i < m is leaf i, node m + i
        is what merge i made.
    heights
        (m - 1,) of the merges, ascending.
    agreement
        Share of the fitted points that the nearest centroid puts where the tree has them.
    """

    leaves: FloatArray
    weights: FloatArray
    pairs: IntArray
    heights: FloatArray
    agreement: float = 1.0

    @property
    def sizes(self) -> FloatArray:
        """(2 m - 1,) numbers of points under every node."""
        sizes = list(self.weights)
        for left, right in self.pairs:
            sizes.append(sizes[left] + sizes[right])
        return np.asarray(sizes)

    def cut(self, k: int) -> IntArray:
        """Return the (m,) labels 0..k-1 of the leaves when k segments are left.

        The largest segment is 0, equal ones by their first leaf; k is at most m.
        """
        count = len(self.leaves)
        owner = np.arange(count + len(self.pairs))
        for place in range(len(self.pairs) - min(k, count) + 1):
            owner[self.pairs[place]] = count + place
        # Parents have higher numbers than what they were made of: one pass from the top.
        for node in range(len(owner) - 1, -1, -1):
            owner[node] = owner[owner[node]]
        _, first, labels = np.unique(owner[:count], return_index=True, return_inverse=True)
        sizes = np.bincount(labels, weights=self.weights)
        rank = np.argsort(np.lexsort((first, -sizes)))
        ranked: IntArray = rank[labels]
        return ranked

    def centroids(self, k: int) -> FloatArray:
        """Return the (k, d) means of the points of the segments of `cut`."""
        labels = self.cut(k)
        sums = np.zeros((int(labels.max(initial=-1)) + 1, self.leaves.shape[1]))
        np.add.at(sums, labels, self.leaves * self.weights[:, None])
        return sums / np.bincount(labels, weights=self.weights)[:, None]

    def parameters(self) -> list[Parameter]:
        """Write four numbers per merge, the means and sizes of the leaves, and the agreement."""
        merges, leaves = numbered(len(self.pairs)), numbered(len(self.leaves))
        columns = {
            "merge_height": self.heights,
            "merge_left": self.pairs[:, 0],
            "merge_right": self.pairs[:, 1],
            "merge_size": self.sizes[len(leaves) :],
        }
        rows = [
            Parameter(name, None, None, float(value), number)
            for name, values in columns.items()
            for number, value in zip(merges, values, strict=True)
        ]
        rows += [
            Parameter("micro_size", None, None, float(value), number)
            for number, value in zip(leaves, self.weights, strict=True)
        ]
        rows += [
            Parameter("micro_centroid", coordinate, None, float(value), leaves[leaf])
            for (leaf, coordinate), value in np.ndenumerate(self.leaves)
        ]
        return [*rows, Parameter("agreement", None, None, self.agreement)]

    @classmethod
    def from_rows(cls, rows: pd.DataFrame, coordinates: Sequence[str]) -> Tree | None:
        """Read the tree from the parameter rows of one part; None if they hold none."""
        leaves = numbered(int((rows["parameter"] == "micro_size").sum()))
        if not leaves:
            return None
        merges = numbered(len(leaves) - 1)
        pairs = [read_all(rows, f"merge_{side}", term=merges) for side in ("left", "right")]
        return cls(
            read_all(rows, "micro_centroid", term=leaves, feature=coordinates),
            read_all(rows, "micro_size", term=leaves),
            np.column_stack(pairs).astype(np.intp),
            read_all(rows, "merge_height", term=merges),
            read_number(rows, "agreement"),
        )


Merge = Callable[[FloatArray, FloatArray, float, tuple[float, float], FloatArray], FloatArray]
"""Distances of a merged node: of its two halves, between these, their sizes, all other sizes."""

LINKAGES = ("ward", "average", "complete")

MERGES: Mapping[str, Merge] = {
    "average": lambda one, two, _, size, __: (size[0] * one + size[1] * two) / sum(size),
    "complete": lambda one, two, _, __, ___: np.maximum(one, two),
    # Of squared distances.
    "ward": lambda one, two, between, size, others: (
        ((size[0] + others) * one + (size[1] + others) * two - others * between)
        / (sum(size) + others)
    ),
}
"""How the distance to a merged node follows (Lance & Williams 1967)."""


def grow(leaves: FloatArray, weights: FloatArray, linkage: str) -> Tree:
    """Merge weighted points by the nearest-neighbour chain (Murtagh 1983) until one is left.

    A leaf of weight w stands for w points at one place. Ward's distance of two leaves is
    sqrt(2 a b / (a + b)) times their Euclidean distance, what they add to the sum of squares twice
    over; average and complete start from the Euclidean distance. With weights 1 this is the tree
    of scipy.

    Parameters
    ----------
    leaves
        (m, d), m at least 1.
    weights
        (m,) above 0.
    linkage
        ward (Ward 1963), average (Sokal & Michener 1958) or complete (Sorensen 1948).
    """
    count = len(leaves)
    apart = squareform(pdist(leaves)) if count > 1 else np.zeros((1, 1))
    if linkage == "ward":
        apart = np.square(apart) * 2.0 * weights * weights[:, None]
        apart /= weights + weights[:, None]
    np.fill_diagonal(apart, np.inf)
    merge, sizes = MERGES[linkage], weights.astype("float64")
    found: list[tuple[float, int, int]] = []
    chain: list[int] = []
    active = np.ones(count, dtype=bool)
    while len(found) < count - 1:
        if not chain:
            chain = [int(np.argmax(active))]
        last = chain[-1]
        nearest = int(np.argmin(apart[last]))
        # Of equally near ones the one before in the chain, or it would never end.
        if len(chain) > 1 and apart[last, chain[-2]] <= apart[last, nearest]:
            nearest = chain[-2]
        if len(chain) < 2 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        gone, kept = sorted((last, nearest))
        between = float(apart[gone, kept])
        found.append((between, gone, kept))
        halves = float(sizes[gone]), float(sizes[kept])
        active[gone] = False
        # Infinities of merged nodes would give NaN in Ward's formula: look at the others alone.
        others = np.flatnonzero(active)
        others = others[others != kept]
        both = merge(apart[gone, others], apart[kept, others], between, halves, sizes[others])
        # Not nearer than what was merged, whatever the last bits say: heights then ascend.
        both = np.maximum(both, between)
        apart[kept, others] = apart[others, kept] = both
        apart[gone, :] = apart[:, gone] = np.inf
        sizes[kept] = sum(halves)
    return _sorted(leaves, weights, found, is_squared=linkage == "ward")


def _sorted(
    leaves: FloatArray,
    weights: FloatArray,
    found: list[tuple[float, int, int]],
    *,
    is_squared: bool,
) -> Tree:
    """Put merges in ascending order and name the nodes; a slot's node is its latest merge."""
    count = len(leaves)
    heights = np.asarray([height for height, _, _ in found], dtype="float64")
    order = np.argsort(heights, kind="stable")
    owner = np.arange(count)
    pairs = np.zeros((len(found), 2), dtype=np.intp)
    for place, which in enumerate(order):
        _, gone, kept = found[which]
        pairs[place] = sorted((owner[gone], owner[kept]))
        owner[kept] = count + place
    ascending = np.maximum(heights[order], 0.0)
    return Tree(
        rounded(leaves), weights, pairs, rounded(np.sqrt(ascending) if is_squared else ascending)
    )
