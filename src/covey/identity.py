"""Which identifiers belong together: connected components of the identity graph."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as label_components

EDGE_COLUMNS = ("node_a", "node_b")
COMPONENT_TYPES = {"node": "str", "component_id": "str"}
COMPONENT_COLUMNS = tuple(COMPONENT_TYPES)


def connected_components(edges: pd.DataFrame) -> pd.DataFrame:
    """Name the component of every node after its smallest node.

    By traversal in scipy (Pearce 2005), to convergence whatever the length of a chain; iterating
    the minimum over neighbours a fixed number of times would split long ones.

    Parameters
    ----------
    edges
        node_a, node_b: text. In any order and direction, repeats allowed. An edge from a node to
        itself brings in a node without links.

    Returns
    -------
    DataFrame
        node (unique), component_id (the smallest node of the component, by code point); by node.

    Raises
    ------
    ValueError
        If a column is absent or a node is null.
    """
    missing = [column for column in EDGE_COLUMNS if column not in edges.columns]
    if missing:
        raise ValueError(f"edges lack the columns {missing}; they have {list(edges.columns)}")
    nulls = int(edges[list(EDGE_COLUMNS)].isna().any(axis=1).sum())
    if nulls:
        raise ValueError(f"{nulls} of {len(edges)} edges have a null node")
    if edges.empty:
        return pd.DataFrame(columns=list(COMPONENT_COLUMNS)).astype(COMPONENT_TYPES)
    ends = pd.concat([edges[column].astype("str") for column in EDGE_COLUMNS], ignore_index=True)
    codes, nodes = pd.factorize(ends, sort=True)
    tails, heads = codes[: len(edges)], codes[len(edges) :]
    graph = coo_array(
        (np.ones(len(edges), dtype="int8"), (tails, heads)), shape=(len(nodes), len(nodes))
    )
    _, labels = label_components(graph.tocsr(), directed=False)
    # Codes follow the order of the names, so the first code of a component is its smallest node.
    _, smallest = np.unique(labels, return_index=True)
    names = pd.Series(nodes, dtype="str")
    return pd.DataFrame(
        {"node": names, "component_id": names.iloc[smallest[labels]].to_numpy()}
    ).astype(COMPONENT_TYPES)
