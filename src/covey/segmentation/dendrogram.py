"""The trees of segments as rows to read: which of them are near, and where each would be cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from covey.segmentation.forms import positions, read_all, read_counts
from covey.segmentation.frames import (
    NOISE,
    NONE,
    PARAMETER_TYPES,
    FloatArray,
    require_columns,
    typed_frame,
)
from covey.segmentation.hierarchy import Tree, grow, numbered
from covey.threads import one_thread

HIERARCHY_TYPES = {
    "segmentation": "str",
    "model_id": "str",
    "part": "str",
    "node_id": "str",
    "parent_node_id": "str",
    "segment_id": "str",
    "height": "float64",
    "customers": "int64",
    "smallest_k": "int64",
    "largest_k": "int64",
}
HIERARCHY_COLUMNS = tuple(HIERARCHY_TYPES)


def draw_hierarchies(parameters: pd.DataFrame) -> pd.DataFrame:
    """Write the dendrogram of every part of every model, one row per node.

    A model of hierarchical clustering has its own tree, from the micro-clusters up. Of any other
    model it is the tree of its segments: Ward's (1963), each segment a point of as many customers
    as it was fitted on.

    Parameters
    ----------
    parameters
        Parameter rows of one model per segmentation, `PARAMETER_TYPES`.

    Returns
    -------
    DataFrame
        `HIERARCHY_TYPES`, by segmentation, part and height. node_id: 'leaf 0001' or 'merge 0001';
        parent_node_id: null of the root; segment_id: the segment that all of the node lies in,
        null above; height: distance at which its two halves were merged, 0 of a leaf; customers
        that it was fitted on; smallest_k, largest_k: the node is one of the segments where the
        tree is cut into smallest_k to largest_k of them. No rows for models that hold neither a
        tree nor centroids with their counts.

    Raises
    ------
    ValueError
        If columns or rows are missing.
    """
    require_columns(parameters, PARAMETER_TYPES, "parameters")
    rows: list[dict[str, object]] = []
    # The names in the order of the rows: first those of the grain.
    keys = ["segmentation", "model_id", "part"]
    with one_thread():
        for key, mine in parameters.groupby(keys, sort=True):
            drawn = _drawn(mine)
            rows += [{**dict(zip(keys, key, strict=True)), **row} for row in drawn]
    return typed_frame(rows, HIERARCHY_TYPES)


def _drawn(rows: pd.DataFrame) -> list[dict[str, object]]:
    centroids = rows.loc[rows["parameter"] == "centroid"]
    segments = sorted(set(rows["segment_id"]) - {NONE, NOISE}, key=_number)
    # None where no feature varies: everybody is in one segment, at one place.
    coordinates = sorted(set(centroids["feature"]))
    tree = Tree.from_rows(rows, _coordinates_of_leaves(rows))
    if tree is not None:
        means = read_all(centroids, "centroid", segment_id=segments, feature=coordinates)
        order = positions(pd.Series(coordinates), _coordinates_of_leaves(rows))
        return _nodes(tree, _nearest_segments(tree, means, order, segments))
    counts = read_counts(rows, segments)
    if counts is None or not segments:
        return []
    means = read_all(centroids, "centroid", segment_id=segments, feature=coordinates)
    weights = np.maximum(counts, 1.0)
    return _nodes(grow(means, weights, "ward"), segments)


def _number(segment: str) -> tuple[int, str]:
    """Order ids as numbers where they are, then as texts."""
    return (int(segment), "") if segment.isdigit() else (10**9, segment)


def _coordinates_of_leaves(rows: pd.DataFrame) -> list[str]:
    return sorted(set(rows.loc[rows["parameter"] == "micro_centroid", "feature"]))


def _nearest_segments(
    tree: Tree, means: FloatArray, order: np.ndarray, segments: Sequence[str]
) -> list[str]:
    """Return the segment of each leaf: of the cut into as many, the one of the same customers."""
    labels = tree.cut(len(segments))
    cut = tree.centroids(len(segments))[:, order]
    apart = np.square(cut[:, None, :] - means[None, :, :]).sum(axis=2)
    nearest = apart.argmin(axis=1)
    return [segments[nearest[label]] for label in labels]


def _nodes(tree: Tree, segment_of_leaf: Sequence[str]) -> list[dict[str, object]]:
    """Write the nodes of a tree, the lowest first."""
    leaves = len(tree.leaves)
    names = [f"leaf {number}" for number in numbered(leaves)]
    names += [f"merge {number}" for number in numbered(len(tree.pairs))]
    parents: list[str | None] = [None] * len(names)
    # A node is cut off where fewer segments are left than before its parent was made.
    smallest = [1] * len(names)
    within: list[str | None] = list(segment_of_leaf)
    for place, pair in enumerate(tree.pairs):
        left, right = (int(node) for node in pair)
        for node in (left, right):
            parents[node], smallest[node] = names[leaves + place], leaves - place
        within.append(within[left] if within[left] == within[right] else None)
    sizes = np.rint(tree.sizes)
    return [
        {
            "node_id": name,
            "parent_node_id": parents[node],
            "segment_id": within[node],
            "height": 0.0 if node < leaves else float(tree.heights[node - leaves]),
            "customers": int(sizes[node]),
            "smallest_k": smallest[node],
            "largest_k": leaves if node < leaves else leaves - 1 - (node - leaves),
        }
        for node, name in enumerate(names)
    ]
