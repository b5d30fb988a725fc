from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covey.identity import COMPONENT_COLUMNS, connected_components


def edges_of(pairs):
    return pd.DataFrame(pairs, columns=["node_a", "node_b"], dtype="str")


def as_mapping(components):
    return dict(zip(components["node"], components["component_id"], strict=True))


def union_find(pairs):
    parent = {}

    def root(node):
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for node_a, node_b in pairs:
        low, high = sorted((root(node_a), root(node_b)))
        parent[high] = low
    return {node: root(node) for node in parent}


names = st.text(alphabet="abé0|", min_size=0, max_size=3)


@given(st.lists(st.tuples(names, names), max_size=40))
def test_equals_union_find_in_any_order(pairs):
    found = connected_components(edges_of(pairs))
    assert as_mapping(found) == union_find(pairs)
    assert list(found["node"]) == sorted(found["node"])
    turned = [(node_b, node_a) for node_a, node_b in reversed(pairs)]
    pd.testing.assert_frame_equal(found, connected_components(edges_of(turned)))


def test_chain_in_the_worst_numbering():
    # The minimum has to travel the whole chain, outwards in turn from both ends.
    order = [node for pair in zip(range(32), range(63, 31, -1), strict=True) for node in pair]
    chain = [f"n{node:02d}" for node in order]
    found = connected_components(edges_of(list(pairwise(chain))))
    assert len(found) == 64
    assert set(found["component_id"]) == {"n00"}


def test_star_cycle_and_loner():
    star = [("hub", f"leaf{leaf}") for leaf in range(50)]
    cycle = [(f"c{node}", f"c{(node + 1) % 7}") for node in range(7)]
    found = as_mapping(connected_components(edges_of([*star, *cycle, ("alone", "alone")])))
    assert len(found) == 51 + 7 + 1
    assert found["leaf49"] == "hub"
    assert {found[f"c{node}"] for node in range(7)} == {"c0"}
    assert found["alone"] == "alone"


def test_repeated_edges_do_not_overflow():
    found = connected_components(edges_of([("a", "b")] * 256 + [("c", "d")] * 300))
    assert as_mapping(found) == {"a": "a", "b": "a", "c": "c", "d": "c"}


def test_no_edges():
    found = connected_components(edges_of([]))
    assert tuple(found.columns) == COMPONENT_COLUMNS
    assert [str(dtype) for dtype in found.dtypes] == ["str", "str"]
    assert found.empty


def test_many_edges():
    generator = np.random.default_rng(0)
    tails, heads = generator.integers(200_000, size=(2, 200_000))
    frame = pd.DataFrame({"node_a": tails, "node_b": heads}).astype("str")
    found = connected_components(frame)
    assert found["node"].is_unique
    assert (found["component_id"] <= found["node"]).all()


def test_wrong_edges():
    with pytest.raises(ValueError, match=r"lack the columns \['node_b'\]"):
        connected_components(pd.DataFrame({"node_a": ["a"]}))
    with pytest.raises(ValueError, match="1 of 2 edges have a null node"):
        connected_components(edges_of([("a", None), ("a", "b")]))
