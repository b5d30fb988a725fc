from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covey.identity import COMPONENT_COLUMNS, connected_components, resolve_people


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


def test_a_million_edges_equal_union_find():
    count = 1_000_000
    tails, heads = np.random.default_rng(0).integers(count, size=(2, count))
    parent = list(range(count))

    def root(node):
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for tail, head in zip(tails.tolist(), heads.tolist(), strict=True):
        low, high = sorted((root(tail), root(head)))
        parent[high] = low
    seen = np.unique(np.concatenate([tails, heads]))
    roots = np.array([root(node) for node in seen.tolist()])
    names = np.array([f"n{number:07d}" for number in range(count)], dtype=object)
    found = connected_components(pd.DataFrame({"node_a": names[tails], "node_b": names[heads]}))
    assert (found["node"].to_numpy() == names[seen]).all()
    assert (found["component_id"].to_numpy() == names[roots]).all()


def test_wrong_edges():
    with pytest.raises(ValueError, match=r"lack the columns \['node_b'\]"):
        connected_components(pd.DataFrame({"node_a": ["a"]}))
    with pytest.raises(ValueError, match="1 of 2 edges have a null node"):
        connected_components(edges_of([("a", None), ("a", "b")]))


def weighted(rows):
    frame = pd.DataFrame(rows, columns=["node_a", "node_b", "strength"])
    return frame.astype({"node_a": "str", "node_b": "str", "strength": "float"})


def people(rows, *, separated=(), **most_per_person):
    found = resolve_people(
        weighted(rows), separated=edges_of(list(separated)), most_per_person=most_per_person
    )
    return as_mapping(found)


strengths = st.integers(min_value=1, max_value=3)


@given(st.lists(st.tuples(names, names, strengths), max_size=30))
def test_without_conflicts_people_are_components(rows):
    assert people(rows) == union_find([(node_a, node_b) for node_a, node_b, _ in rows])


@given(
    st.lists(st.tuples(names, names, strengths), max_size=30),
    st.lists(st.tuples(names, names), max_size=4),
    st.integers(min_value=1, max_value=4),
    st.randoms(use_true_random=False),
)
def test_no_person_breaks_a_rule_whatever_the_order(rows, separated, most, random):
    found = people(rows, separated=separated, nodes=most)
    whole = union_find([(node_a, node_b) for node_a, node_b, _ in rows])
    for node_a, node_b in separated:
        if node_a != node_b and node_a in found and node_b in found:
            assert found[node_a] != found[node_b]
    assert pd.Series(list(found.values())).value_counts().max() <= most if found else True
    assert set(found) == set(whole)
    for node, person in found.items():
        assert whole[node] == whole[person]
    shuffled = [(node_b, node_a, strength) for node_a, node_b, strength in rows]
    random.shuffle(shuffled)
    assert people(shuffled, separated=separated, nodes=most) == found


def test_a_conflict_parts_people_at_the_weakest_edge():
    rows = [
        ("customer_id:shop:1", "loyalty_number:(any):A", 5),
        ("customer_id:shop:1", "phone:(any):0", 3),
        ("customer_id:till:2", "phone:(any):0", 3),
        ("customer_id:till:2", "email:(any):b", 4),
        ("customer_id:till:3", "email:(any):b", 4),
        ("customer_id:till:3", "loyalty_number:(any):B", 5),
    ]
    assert len(set(people(rows, loyalty_number=2).values())) == 1
    found = people(rows, loyalty_number=1)
    assert found["customer_id:till:2"] == found["customer_id:till:3"]
    assert found["customer_id:shop:1"] != found["customer_id:till:2"]
    assert len(set(found.values())) == 2


def test_a_verdict_parts_people_and_nothing_else():
    chain = [("a", "b", 4), ("b", "c", 1), ("c", "d", 4), ("x", "y", 1)]
    found = people(chain, separated=[("a", "d")])
    assert found == {"a": "a", "b": "a", "c": "c", "d": "c", "x": "x", "y": "x"}


def test_wrong_limits():
    with pytest.raises(ValueError, match="at least 1, not 0 for email"):
        people([("a", "b", 1)], email=0)
    with pytest.raises(ValueError, match=r"lack the columns \['strength'\]"):
        resolve_people(edges_of([("a", "b")]))
