import numpy as np
import pytest

from covey.segmentation.centroids import CentroidPartition
from covey.segmentation.dendrogram import HIERARCHY_COLUMNS, draw_hierarchies
from covey.segmentation.frames import NONE, PARAMETER_TYPES, typed_frame
from covey.segmentation.hierarchy import grow


def rows_of(parameters, segments):
    """Return parameter rows as a model of one part has them, with coordinates x and y."""
    names = ["x", "y"]
    return typed_frame(
        [
            {
                "segmentation": "s",
                "model_id": "s-1",
                "part": NONE,
                "parameter": item.name,
                "feature": NONE if item.feature is None else names[item.feature],
                "segment_id": NONE if item.segment is None else segments[item.segment],
                "term": names[item.term] if isinstance(item.term, int) else item.term or NONE,
                "value": item.value,
            }
            for item in parameters
        ],
        PARAMETER_TYPES,
    )


@pytest.fixture
def centroids():
    return np.array([[0.0, 0.0], [1.0, 0.0], [10.0, 0.0], [12.0, 0.0]])


def test_segments_of_any_model_join_as_wards_method_joins_them(centroids):
    counts = np.array([40.0, 30.0, 20.0, 10.0])
    partition = CentroidPartition(centroids, 1.0, counts)
    drawn = draw_hierarchies(rows_of(partition.parameters(), ["3", "1", "12", "7"]))
    tree = grow(centroids[[1, 0, 3, 2]], counts[[1, 0, 3, 2]], "ward")
    assert list(drawn["node_id"]) == [
        *("leaf 0001", "leaf 0002", "leaf 0003", "leaf 0004"),
        *("merge 0001", "merge 0002", "merge 0003"),
    ]
    assert list(drawn["segment_id"].fillna("")) == ["1", "3", "7", "12", "", "", ""]
    assert list(drawn["customers"]) == [30, 40, 10, 20, 70, 30, 100]
    np.testing.assert_allclose(drawn["height"], [0, 0, 0, 0, *tree.heights])
    root = drawn.loc[drawn["parent_node_id"].isna()]
    assert list(root["node_id"]) == ["merge 0003"]


@pytest.mark.parametrize("k", range(1, 12))
def test_a_cut_at_any_number_is_the_trees_own(k):
    generator = np.random.default_rng(4)
    leaves, weights = generator.normal(size=(11, 2)), generator.integers(1, 9, 11).astype(float)
    tree = grow(leaves, weights, "average")
    labels = tree.cut(3)
    means = np.array([tree.centroids(3)[label] for label in range(3)])
    partition = CentroidPartition(means, 1.0, np.bincount(labels, weights=weights), tree)
    drawn = draw_hierarchies(rows_of(partition.parameters(), ["1", "2", "3"]))
    cut = drawn.loc[(drawn["smallest_k"] <= k) & (k <= drawn["largest_k"])]
    assert len(cut) == k
    assert cut["customers"].sum() == weights.sum()
    sizes = np.bincount(tree.cut(k), weights=weights)
    assert sorted(cut["customers"]) == sorted(sizes.astype(int))


def test_leaves_of_a_tree_say_which_segment_they_are_in():
    generator = np.random.default_rng(5)
    leaves, weights = generator.normal(size=(9, 2)), np.ones(9)
    tree = grow(leaves, weights, "complete")
    partition = CentroidPartition(tree.centroids(2), 1.0, np.bincount(tree.cut(2)) * 1.0, tree)
    drawn = draw_hierarchies(rows_of(partition.parameters(), ["5", "6"]))
    found = drawn.loc[drawn["node_id"].str.startswith("leaf"), "segment_id"]
    assert list(found) == [["5", "6"][label] for label in tree.cut(2)]
    root = drawn.loc[drawn["parent_node_id"].isna()]
    assert root["segment_id"].isna().all()


@pytest.mark.parametrize("width", [0, 2])
def test_one_segment_and_no_model_are_defined(width):
    single = CentroidPartition(np.zeros((1, width)), 1.0, np.array([7.0]))
    drawn = draw_hierarchies(rows_of(single.parameters(), ["1"]))
    row = drawn.iloc[0]
    assert (row["node_id"], row["customers"], row["smallest_k"], row["largest_k"]) == (
        "leaf 0001",
        7,
        1,
        1,
    )
    empty = draw_hierarchies(typed_frame([], PARAMETER_TYPES))
    assert list(empty.columns) == list(HIERARCHY_COLUMNS)
    assert empty.empty
