"""Maps: the same customers lie in the same place, and neighbours are neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from explanation_cases import blobs, catalog_of, customers_of, shuffled
from scipy.spatial import procrustes
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits

from covey.explanation import MAP_TYPES, draw_segment_maps, samples
from covey.explanation.maps import principal_plane, turned, turned_by_sign

PCA_AXES = ["pca_x", "pca_y"]
TSNE_AXES = ["tsne_x", "tsne_y"]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    values, labels = blobs(150, 5, 3, 7.0, seed=1)
    return customers_of(values, labels)


@pytest.fixture(scope="module")
def drawn(customers: pd.DataFrame) -> pd.DataFrame:
    return draw_segment_maps(customers, catalog_of(5))


def test_the_order_of_rows_and_another_run_change_nothing(customers, drawn) -> None:
    again = draw_segment_maps(shuffled(customers), shuffled(catalog_of(5)))
    pd.testing.assert_frame_equal(drawn, again, check_exact=True)
    kept = draw_segment_maps(customers, catalog_of(5), shuffled(drawn))
    pd.testing.assert_frame_equal(drawn, kept, check_exact=True)


def test_the_same_customers_are_not_drawn_again(customers, drawn) -> None:
    # What the previous table says is believed: coordinates that no drawing would make.
    marked = drawn.assign(tsne_x=1.0, pca_x=2.0)
    kept = draw_segment_maps(customers, catalog_of(5), marked)
    assert set(kept["tsne_x"]) == {1.0}
    changed = customers.assign(f00=customers["f00"] + np.arange(150) / 1e3)
    redrawn = draw_segment_maps(changed, catalog_of(5), marked)
    assert redrawn["pca_x"].nunique() > 100


def test_another_segment_is_no_reason_to_draw_again(customers, drawn) -> None:
    other = draw_segment_maps(customers.assign(segment_id="noise"), catalog_of(5))
    pd.testing.assert_frame_equal(drawn, other, check_exact=True)


def test_neighbours_stay_neighbours(customers, drawn) -> None:
    points = next(samples(customers, catalog_of(5))).points()
    assert trustworthiness(points, drawn[TSNE_AXES], n_neighbors=10) > 0.9
    groups = drawn[TSNE_AXES].groupby(customers["segment_id"].to_numpy())
    spread = groups.std().to_numpy().max()
    assert np.linalg.norm(groups.mean().iloc[0] - groups.mean().iloc[1]) > 3 * spread


def test_the_plane_is_that_of_scikit_learn_but_for_signs(customers, drawn) -> None:
    points = next(samples(customers, catalog_of(5))).points()
    reference = PCA(2, svd_solver="full").fit(points)
    assert np.abs(drawn[PCA_AXES].to_numpy()) == pytest.approx(
        np.abs(reference.transform(points)), abs=1e-7
    )
    assert drawn["pca_variance_share"].iloc[0] == pytest.approx(
        reference.explained_variance_ratio_.sum(), rel=1e-8
    )


def test_the_largest_weight_of_an_axis_is_positive() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        points = rng.normal(size=(40, 4)) @ rng.normal(size=(4, 4))
        plane, _ = principal_plane(points)
        centred = points - points.mean(axis=0)
        for axis in plane.T:
            weights = centred.T @ axis
            assert weights[np.argmax(np.abs(weights))] > 0


def test_a_new_map_lies_as_the_old_one_did(customers, drawn) -> None:
    # The old map turned by 75 degrees, mirrored and moved; a fifth of the customers are new.
    angle = np.radians(75)
    turn = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
    old = drawn.copy()
    old[TSNE_AXES] = old[TSNE_AXES].to_numpy() @ turn + [40, -7]
    old["pca_x"] = -old["pca_x"]
    old = old.iloc[30:]
    aligned = draw_segment_maps(customers, catalog_of(5), old)
    assert aligned[TSNE_AXES].to_numpy()[30:] == pytest.approx(old[TSNE_AXES].to_numpy(), abs=1e-5)
    assert aligned["pca_x"].to_numpy() == pytest.approx(-drawn["pca_x"].to_numpy())
    assert aligned["pca_y"].to_numpy() == pytest.approx(drawn["pca_y"].to_numpy())


def test_next_month_the_map_is_still_the_right_way_up(customers, drawn) -> None:
    rng = np.random.default_rng(3)
    features = [f"f{column:02d}" for column in range(5)]
    later = customers.copy()
    later[features] += rng.normal(scale=0.2, size=(150, 5))
    mirrored = drawn.assign(tsne_x=-drawn["tsne_x"], pca_y=-drawn["pca_y"])
    aligned = draw_segment_maps(later, catalog_of(5), mirrored)
    centres = [
        frame[TSNE_AXES].groupby(customers["segment_id"].to_numpy()).mean().to_numpy()
        for frame in (aligned, mirrored)
    ]
    size = mirrored[TSNE_AXES].to_numpy().std()
    assert np.linalg.norm(centres[0] - centres[1], axis=1).max() < 0.5 * size
    assert (aligned[PCA_AXES] * mirrored[PCA_AXES]).sum().min() > 0


def test_turning_is_the_procrustes_of_scipy_without_scaling() -> None:
    rng = np.random.default_rng(4)
    new, old = rng.normal(size=(30, 2)), rng.normal(size=(30, 2))
    moved = turned(new, np.arange(30), old)
    theirs, ours, _ = procrustes(old, new)
    flat = moved - moved.mean(axis=0)
    # scipy also scales: compare directions.
    assert flat / np.linalg.norm(flat) == pytest.approx(ours / np.linalg.norm(ours), abs=1e-9)
    gaps = np.linalg.norm(new[:, None] - new[None], axis=2)
    assert np.linalg.norm(moved[:, None] - moved[None], axis=2) == pytest.approx(gaps)
    assert moved.mean(axis=0) == pytest.approx(old.mean(axis=0))
    assert theirs.shape == ours.shape


def test_what_was_nowhere_turns_nothing() -> None:
    plane = np.arange(8.0).reshape(4, 2)
    nowhere = np.full((4, 2), np.nan)
    assert (turned(plane, np.arange(4), nowhere) == plane).all()
    assert (turned_by_sign(plane, np.arange(4), -plane) == -plane).all()


@pytest.mark.parametrize("count", [0, 1, 2, 4, 6])
@pytest.mark.parametrize("kind", ["varied", "constant", "missing"])
def test_few_or_equal_customers_have_a_map_too(count: int, kind: str) -> None:
    values = np.random.default_rng(5).normal(size=(count, 3))
    values = {"varied": values, "constant": values * 0, "missing": values * np.nan}[kind]
    result = draw_segment_maps(customers_of(values, ["1"] * count), catalog_of(3))
    assert result.dtypes.astype("str").to_dict() == MAP_TYPES
    assert len(result) == count
    assert np.isfinite(result[PCA_AXES].to_numpy()).all()
    assert result["tsne_x"].notna().all() == (count >= 5 or count == 0)
    if kind != "varied" or count == 1:
        assert (result[PCA_AXES] == 0).all(axis=None)


def test_a_map_says_no_more_than_where_customers_lie(drawn) -> None:
    named = {"map", "segmentation", "customer_key", "fit_key", "pca_variance_share"}
    assert set(drawn.columns) == {*named, *PCA_AXES, *TSNE_AXES}


def test_the_previous_map_must_be_one(customers) -> None:
    with pytest.raises(ValueError, match="the previous map lacks"):
        draw_segment_maps(customers, catalog_of(5), pd.DataFrame({"customer_key": ["a"]}))


def test_threads_change_nothing(customers, drawn) -> None:
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            again = draw_segment_maps(customers, catalog_of(5))
        pd.testing.assert_frame_equal(drawn, again, check_exact=True)
