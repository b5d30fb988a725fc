"""Which identifiers belong together: the identity graph, resolved to people."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as label_components

EDGE_COLUMNS = ("node_a", "node_b")
MAX_NODES = "nodes"
"""Name of the limit on all identifiers of one person, beside those by type."""
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
    _check(edges, EDGE_COLUMNS)
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


def resolve_people(
    edges: pd.DataFrame,
    *,
    separated: pd.DataFrame | None = None,
    most_per_person: dict[str, int] | None = None,
) -> pd.DataFrame:
    """Name the person of every node: its connected component, unless that cannot be one person.

    A component with more identifiers than one person can have, or with two that were judged to be
    different people's, is put together again from its strongest edge to its weakest, and an edge
    that would join what cannot be joined is left out (single linkage with cannot-link
    constraints; Davidson and Ravi 2005). So a conflict parts a component at its weakest edge.

    Parameters
    ----------
    edges
        node_a, node_b: text, type:source system:value; strength: larger is more certain. Repeats
        are allowed, and an edge from a node to itself brings in a node without links.
    separated
        node_a, node_b: pairs that are never one person, whatever joins them.
    most_per_person
        The largest number of identifiers of one type, by type, and of all ("nodes").

    Returns
    -------
    DataFrame
        node (unique), component_id (the smallest node of the person, by code point); by node.

    Raises
    ------
    ValueError
        If a column is absent, a node is null, or a limit is below 1.
    """
    limits = dict(most_per_person or {})
    for name, limit in limits.items():
        if limit < 1:
            raise ValueError(f"most_per_person must be at least 1, not {limit} for {name}")
    _check(edges, (*EDGE_COLUMNS, "strength"))
    found = connected_components(edges)
    if separated is None or separated.empty:
        pairs = pd.DataFrame(columns=list(EDGE_COLUMNS)).astype("str")
    else:
        _check(separated, EDGE_COLUMNS)
        pairs = separated[list(EDGE_COLUMNS)].astype("str")
    component_of = found.set_index("node")["component_id"]
    conflicted = _conflicted(found, component_of, pairs, limits)
    if not conflicted:
        return found
    ends = edges[["node_a", "node_b", "strength"]].assign(
        component_id=edges["node_a"].astype("str").map(component_of)
    )
    ends = ends[ends["component_id"].isin(conflicted)]
    # A pair without direction, and nodes to break ties: the order of the rows never matters.
    low, high = ends[["node_a", "node_b"]].min(axis=1), ends[["node_a", "node_b"]].max(axis=1)
    ends = ends.assign(node_a=low, node_b=high).sort_values(
        ["strength", "node_a", "node_b"], ascending=[False, True, True], kind="stable"
    )
    apart = _partners(pairs)
    parts = _Parts(limits, apart)
    for node_a, node_b in ends[["node_a", "node_b"]].itertuples(index=False):
        parts.join(node_a, node_b)
    smallest = {node: min(part) for part in parts.parts() for node in part}
    found["component_id"] = found["node"].map(smallest).fillna(found["component_id"]).astype("str")
    return found


def _check(frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Raise where edges lack a column or have a null node."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"edges lack the columns {missing}; they have {list(frame.columns)}")
    nulls = int(frame[list(EDGE_COLUMNS)].isna().any(axis=1).sum())
    if nulls:
        raise ValueError(f"{nulls} of {len(frame)} edges have a null node")


def _node_type(node: str) -> str:
    return node.partition(":")[0]


def _partners(pairs: pd.DataFrame) -> dict[str, set[str]]:
    """Return, for each node, those that it is kept apart from."""
    partners: dict[str, set[str]] = {}
    for node_a, node_b in pairs.itertuples(index=False):
        if node_a != node_b:
            partners.setdefault(node_a, set()).add(node_b)
            partners.setdefault(node_b, set()).add(node_a)
    return partners


def _conflicted(
    found: pd.DataFrame,
    component_of: pd.Series[str],
    pairs: pd.DataFrame,
    limits: dict[str, int],
) -> set[str]:
    """Return the components that break a limit or hold a separated pair."""
    if found.empty:
        return set()
    types = found["node"].str.partition(":")[0].rename("node_type")
    counted = found.groupby(["component_id", types]).size().rename("nodes").reset_index()
    most = counted["node_type"].map(limits).fillna(np.inf)
    conflicted = set(counted.loc[counted["nodes"] > most, "component_id"])
    sizes = counted.groupby("component_id")["nodes"].sum()
    conflicted |= set(sizes.index[sizes > limits.get(MAX_NODES, np.inf)])
    left, right = pairs["node_a"].map(component_of), pairs["node_b"].map(component_of)
    return conflicted | set(left[(left == right) & (pairs["node_a"] != pairs["node_b"])])


class _Parts:
    """Disjoint sets of nodes that join only where the whole may still be one person."""

    def __init__(self, limits: dict[str, int], apart: dict[str, set[str]]) -> None:
        self.limits = limits
        self.apart = apart
        self.members: dict[str, set[str]] = {}
        self.root_of: dict[str, str] = {}

    def root(self, node: str) -> str:
        """Return the root of the part of a node, which a node new to it becomes."""
        if node not in self.root_of:
            self.root_of[node] = node
            self.members[node] = {node}
        return self.root_of[node]

    def join(self, node_a: str, node_b: str) -> None:
        """Join the parts of two nodes where nothing forbids it."""
        small, large = sorted((self.root(node_a), self.root(node_b)), key=self._size)
        if small == large or not self._may_join(self.members[small], self.members[large]):
            return
        for node in self.members[small]:
            self.root_of[node] = large
        self.members[large] |= self.members.pop(small)

    def parts(self) -> list[set[str]]:
        """Return the parts."""
        return list(self.members.values())

    def _size(self, root: str) -> tuple[int, str]:
        return len(self.members[root]), root

    def _may_join(self, small: set[str], large: set[str]) -> bool:
        if len(small) + len(large) > self.limits.get(MAX_NODES, len(small) + len(large)):
            return False
        if any(not large.isdisjoint(self.apart.get(node, ())) for node in small):
            return False
        counts = Counter(map(_node_type, [*small, *large]))
        return all(count <= self.limits.get(name, count) for name, count in counts.items())
