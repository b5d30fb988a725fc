import re

import numpy as np
import pandas as pd
import pytest
from segmentation_cases import blobs, catalog_of, matrix_of

from covey.segmentation import (
    NONE,
    PARAMETER_COLUMNS,
    assign_segments,
    evaluate_candidates,
    fit_segment_models,
)
from covey.segmentation.frames import PARAMETER_TYPES
from covey.segmentation.models import Row, content_hash, outlier_distance
from covey.segmentation.partitions import canonical_order

SETTINGS = {"s": {"k_max": 4, "bootstrap_runs": 0, "null_test": False, "min_stability": 0.0}}


def fitted(values, settings=SETTINGS, catalog=None, keys=None):
    matrix = matrix_of(values, keys)
    catalog = catalog_of(matrix.shape[1] - 1) if catalog is None else catalog
    candidates = evaluate_candidates(matrix, catalog, settings)
    return matrix, fit_segment_models(matrix, catalog, candidates, settings)


def value_of(parameters, parameter):
    return parameters.loc[parameters["parameter"] == parameter, "value"].to_numpy()


def test_rows_have_the_declared_shape():
    values, _ = blobs(300, 4, 3, 9.0, seed=0)
    _, parameters = fitted(values)
    assert tuple(parameters.columns) == PARAMETER_COLUMNS
    assert {name: str(dtype) for name, dtype in parameters.dtypes.items()} == PARAMETER_TYPES
    assert parameters.notna().all(axis=None)
    assert not parameters.duplicated(["parameter", "feature", "segment_id"]).any()
    counts = parameters["parameter"].value_counts().to_dict()
    per_feature = ("impute", "clip_lower", "clip_upper", "log1p", "center", "scale", "weight")
    assert counts == dict.fromkeys(per_feature, 4) | {
        "centroid": 12,
        "intercept": 3,
        "count": 3,
        "variance": 1,
        "outlier_distance": 1,
    }
    assert set(parameters["segment_id"]) == {NONE, "1", "2", "3"}
    assert re.fullmatch(r"s-[0-9a-f]{12}", parameters["model_id"].unique().item())


def test_intercept_variance_and_outlier_rule():
    values, _ = blobs(300, 4, 3, 9.0, seed=0)
    matrix, parameters = fitted(values)
    centroids = value_of(parameters, "centroid").reshape(4, 3).T
    np.testing.assert_allclose(
        value_of(parameters, "intercept"), -0.5 * (centroids**2).sum(axis=1), rtol=1e-12
    )
    assigned = assign_segments(matrix, parameters)
    within = (assigned["distance"] ** 2).mean() / 4
    assert value_of(parameters, "variance").item() == pytest.approx(within, rel=1e-9)
    limit = value_of(parameters, "outlier_distance").item()
    assert limit == pytest.approx(outlier_distance(assigned["distance"].to_numpy(), 4.0))
    assert assigned["is_outlier"].mean() <= 0.01


def test_outlier_rule():
    # Median 1, no spread: the 99th percentile, not half the customers.
    distances = np.concatenate([np.full(980, 1.0), np.linspace(2, 5, 20)])
    assert outlier_distance(distances, 4.0) >= np.quantile(distances, 0.99)
    normal = np.abs(np.random.default_rng(0).normal(10.0, 1.0, size=10_000))
    assert outlier_distance(normal, 4.0) == pytest.approx(14.0, abs=0.1)
    assert outlier_distance(np.zeros(5), 4.0) == pytest.approx(1e-6)


def test_segments_are_numbered_by_size_then_centroid():
    generator = np.random.default_rng(0)
    sizes, centres = [20, 100, 60], [0.0, 50.0, 100.0]
    values = np.concatenate(
        [generator.normal(centre, 1.0, size) for centre, size in zip(centres, sizes, strict=True)]
    )
    matrix, parameters = fitted(values[:, None])
    counts = assign_segments(matrix, parameters)["segment_id"].value_counts()
    assert counts.to_dict() == {"1": 100, "2": 60, "3": 20}
    centroids = np.array([[3.0, 1.0], [2.0, 9.0], [2.0, 8.0]])
    assert canonical_order(np.array([5, 5, 5]), centroids) == [2, 1, 0]


def test_model_id_is_of_the_content():
    values, _ = blobs(300, 4, 3, 9.0, seed=0)
    _, first = fitted(values)
    _, renamed = fitted(values, keys=[f"x{row:06d}" for row in range(300)])
    _, other = fitted(values + np.eye(300, 4))
    assert first["model_id"].iloc[0] == renamed["model_id"].iloc[0]
    assert first["model_id"].iloc[0] != other["model_id"].iloc[0]


def test_hash_ignores_noise_of_the_last_bits():
    rows = [Row("centroid", "a", "1", 0.1), Row("centroid", "b", "1", 0.0)]
    noisy = [Row("centroid", "a", "1", 0.1 * (1 + 1e-15)), Row("centroid", "b", "1", -1e-17)]
    moved = [Row("centroid", "a", "1", 0.1 * (1 + 1e-6)), Row("centroid", "b", "1", 0.0)]
    assert content_hash(rows) == content_hash(noisy) != content_hash(moved)


def test_model_of_a_sample_serves_everybody():
    values, truth = blobs(3000, 4, 3, 9.0, seed=0)
    settings = {"s": SETTINGS["s"] | {"sample_size": 200}}
    matrix, parameters = fitted(values, settings)
    labels = assign_segments(matrix, parameters)["segment_id"]
    assert len(pd.crosstab(labels, truth)) == 3
    assert (pd.crosstab(labels, truth) > 900).to_numpy().sum() == 3


def test_no_rows_no_model():
    matrix, parameters = fitted(np.empty((0, 2)))
    assert {name: str(dtype) for name, dtype in parameters.dtypes.items()} == PARAMETER_TYPES
    assert parameters.empty
    assert assign_segments(matrix, parameters).empty


def test_wrong_candidates():
    matrix, catalog = matrix_of(np.eye(3)), catalog_of(3)
    candidates = evaluate_candidates(matrix, catalog, SETTINGS)
    with pytest.raises(ValueError, match="has 0 chosen candidates, out of 0"):
        fit_segment_models(matrix, catalog, candidates.iloc[:0], SETTINGS)
    unknown = candidates.assign(candidate_id="kmeans-77")
    with pytest.raises(ValueError, match="'kmeans-77' is not among"):
        fit_segment_models(matrix, catalog, unknown, SETTINGS)
    with pytest.raises(ValueError, match="candidates lacks the columns"):
        fit_segment_models(matrix, catalog, candidates.drop(columns="is_chosen"), SETTINGS)
