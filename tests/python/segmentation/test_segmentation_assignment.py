import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_cases import customers_of, model_of
from segmentation_cases import matrix_of
from sklearn.cluster import KMeans

from covey.segmentation import (
    ASSIGNMENT_COLUMNS,
    NONE,
    applied_by,
    assign_segments,
    assign_segments_as_arrow,
    columns_read,
)
from covey.segmentation.frames import ASSIGNMENT_TYPES, PARAMETER_TYPES, typed_frame


def model_rows(centroids, variance=1.0, outlier_distance=3.0, segments=None, **per_feature):
    """Parameter rows of a model; per_feature overrides values for all features."""
    centroids = np.asarray(centroids, dtype="float64")
    segments = segments or [str(j + 1) for j in range(len(centroids))]
    neutral = {
        "impute": 0.0,
        "clip_lower": -1e300,
        "clip_upper": 1e300,
        "log1p": 0.0,
        "center": 0.0,
        "scale": 1.0,
        "weight": 1.0,
    }
    rows = [("variance", NONE, NONE, variance), ("outlier_distance", NONE, NONE, outlier_distance)]
    for column in range(centroids.shape[1]):
        for parameter, value in (neutral | per_feature).items():
            rows.append((parameter, f"f{column:02d}", NONE, value))
        for segment, value in zip(segments, centroids[:, column], strict=True):
            rows.append(("centroid", f"f{column:02d}", segment, value))
    for segment, centroid in zip(segments, centroids, strict=True):
        rows.append(("intercept", NONE, segment, -0.5 * float(centroid @ centroid)))
    columns = ["parameter", "feature", "segment_id", "value"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        segmentation="s", model_id="s-1", part=NONE, term=NONE
    )
    return typed_frame(frame.to_dict("records"), PARAMETER_TYPES)


@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(1, 9),
    width=st.integers(1, 6),
    spread=st.sampled_from([0.1, 1.0, 100.0]),
)
@settings(max_examples=60)
def test_labels_equal_scikit_learn(seed, k, width, spread):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(120, width)) * spread
    model = KMeans(k, n_init=1, max_iter=2, random_state=0).fit(values)
    model.cluster_centers_ = generator.normal(size=(k, width)) * spread
    assigned = assign_segments(matrix_of(values), model_rows(model.cluster_centers_))
    wanted = model.predict(values) + 1
    sure = (assigned["margin"].isna() | (assigned["margin"] > 1e-9)).to_numpy()
    assert (assigned["segment_id"].astype("int").to_numpy() == wanted)[sure].all()
    assert sure.mean() > 0.9


def test_every_column_by_hand():
    centroids = [[0.5, -1.0], [1.5, 2.0], [-2.0, 0.25]]
    rows = model_rows(
        centroids,
        variance=0.7,
        outlier_distance=1.1,
        impute=2.0,
        clip_lower=-3.0,
        clip_upper=4.0,
        log1p=1.0,
        center=0.3,
        scale=0.9,
        weight=1.2,
    )
    values = [[0.0, 1.0], [np.nan, -9.0], [np.inf, 3.0], [100.0, -np.inf], [-0.5, 0.5]]
    assigned = assign_segments(matrix_of(values), rows)
    for raw, row in zip(values, assigned.to_dict("records"), strict=True):
        point = []
        for value in raw:
            filled = value if math.isfinite(value) else 2.0
            clipped = min(max(filled, -3.0), 4.0)
            logged = math.copysign(math.log(1 + abs(clipped)), clipped)
            point.append((logged - 0.3) / 0.9 * 1.2)
        squares = [math.dist(point, centroid) ** 2 for centroid in centroids]
        best = min(squares)
        second = sorted(squares)[1]
        assert row["segment_id"] == str(squares.index(best) + 1)
        assert row["distance"] == pytest.approx(math.sqrt(best))
        assert row["margin"] == pytest.approx(math.sqrt(second) - math.sqrt(best))
        weights = [math.exp(-square / 2 / 0.7) for square in squares]
        assert row["probability"] == pytest.approx(max(weights) / sum(weights))
        assert row["is_outlier"] == (math.sqrt(best) > 1.1)


def test_ties_go_to_the_lowest_segment_in_numeric_order():
    rows = model_rows([[1.0], [-1.0]], segments=["10", "9"])
    assigned = assign_segments(matrix_of([[0.0], [2.0]]), rows)
    assert list(assigned["segment_id"]) == ["9", "10"]
    assert assigned.loc[0, "probability"] == 0.5
    assert assigned.loc[0, "margin"] == 0.0


def test_one_segment():
    assigned = assign_segments(matrix_of([[0.0], [9.0]]), model_rows([[1.0]]))
    assert list(assigned["segment_id"]) == ["1", "1"]
    assert list(assigned["probability"]) == [1.0, 1.0]
    assert assigned["margin"].isna().all()
    assert list(assigned["is_outlier"]) == [False, True]


def test_columns_types_and_order():
    second = model_rows([[0.0], [5.0]]).assign(segmentation="b", model_id="b-1")
    rows = pd.concat([model_rows([[1.0]]), second]).sample(frac=1.0, random_state=0)
    matrix = matrix_of([[0.0], [4.0]], keys=["z", "a"])
    assigned = assign_segments(matrix, rows)
    assert tuple(assigned.columns) == ASSIGNMENT_COLUMNS
    assert {name: str(dtype) for name, dtype in assigned.dtypes.items()} == ASSIGNMENT_TYPES
    assert list(assigned["segmentation"]) == ["b", "b", "s", "s"]
    assert list(assigned["customer_key"]) == ["a", "z", "a", "z"]
    empty = assign_segments(matrix.iloc[:0], rows)
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == ASSIGNMENT_TYPES


def test_extreme_values_stay_defined():
    assigned = assign_segments(
        matrix_of([[1e150], [-1e150], [0.0]]), model_rows([[1.0], [-1.0]], variance=1e-9)
    )
    assert assigned[["probability", "distance", "margin"]].notna().all(axis=None)


def test_wrong_parameters():
    matrix = matrix_of([[0.0]])
    rows = model_rows([[1.0], [2.0]])
    with pytest.raises(ValueError, match="has 2 models"):
        assign_segments(matrix, pd.concat([rows, rows.assign(model_id="s-2")]))
    with pytest.raises(ValueError, match="lacks 1 of 2 centroid rows"):
        assign_segments(matrix, rows.drop(index=rows.index[rows["parameter"] == "centroid"][0]))
    with pytest.raises(ValueError, match=r"features lack parameters: \{'scale': 1\}"):
        assign_segments(matrix, rows.loc[rows["parameter"] != "scale"])
    with pytest.raises(ValueError, match="rows of 'outlier_distance'"):
        assign_segments(matrix, rows.loc[rows["parameter"] != "outlier_distance"])
    with pytest.raises(ValueError, match="no model form"):
        assign_segments(matrix, rows.loc[rows["parameter"] != "variance"])
    with pytest.raises(ValueError, match="a parameter twice"):
        assign_segments(matrix, pd.concat([rows, rows]))
    with pytest.raises(ValueError, match="no column for feature 'f00'"):
        assign_segments(matrix.rename(columns={"f00": "g"}), rows)


def streamed(matrix, rows, apply, size=7):
    reader = pa.Table.from_pandas(matrix).to_reader(max_chunksize=size)
    frame = assign_segments_as_arrow(reader, rows, apply=apply).read_all().to_pandas()
    frame = frame.sort_values(["segmentation", "customer_key"], ignore_index=True)
    return frame.astype(ASSIGNMENT_TYPES)


def test_batches_say_what_a_frame_says():
    matrix = customers_of(3)
    rows = pd.concat(
        [
            model_of(3, form="full", k=3, stages=2, name="staged"),
            model_of(4, form="diag", k=2, with_categories=True, name="plain"),
        ]
    )
    pd.testing.assert_frame_equal(
        streamed(matrix, rows, "python"), assign_segments(matrix, rows), rtol=1e-12
    )
    assert streamed(matrix, rows, "sql").empty


def test_what_sql_cannot_do_cheaply_is_pythons():
    cheap = model_of(3, form="full", k=2)
    wide = model_rows([[0.0] * 20])
    pairs = [(f"f{one:02d}", f"f{other:02d}") for one in range(20) for other in range(one)]
    products = pd.DataFrame(pairs, columns=["feature", "term"])
    products = products.assign(parameter="quadratic", segment_id=NONE, part=NONE, value=0.1)
    knots = cheap.iloc[[0]].assign(parameter="quantile")
    assert applied_by(cheap) == "sql"
    assert applied_by(cheap, "python") == "python"
    assert applied_by(pd.concat([cheap, knots])) == "python"
    assert applied_by(pd.concat([wide, products])) == "python"
    assert applied_by(pd.concat([wide, products.head(10)])) == "sql"
    with pytest.raises(ValueError, match=r"apply is 'pyhton'.*did you mean 'python'"):
        applied_by(cheap, "pyhton")


def test_a_stage_without_a_part_is_named():
    rows = model_of(3, form="diag", k=2, stages=2)
    with pytest.raises(ValueError, match=r"has no part for \['group 2'\]"):
        assign_segments(customers_of(3), rows.loc[rows["part"] != "group 2"])


@pytest.mark.parametrize("stages", [1, 2])
def test_the_columns_that_a_model_reads_are_all_it_needs(stages):
    one = model_of(3, form="centroid", k=3, with_categories=True, stages=stages, name="one")
    two = model_of(4, form="full", k=3, with_components=True, name="two")
    parameters = pd.concat([one, two])
    customers = customers_of(6)
    columns = columns_read(parameters)
    features = ["f00", "f01", "f02", "f03"]
    assert columns == ["customer_key", "acquisition_channel", "country", *features]
    # The second model has no encoding, only medians by country.
    assert columns_read(two) == ["customer_key", "country", *features]
    pd.testing.assert_frame_equal(
        assign_segments(customers[columns], parameters), assign_segments(customers, parameters)
    )
    for column in columns:
        with pytest.raises(ValueError, match=column):
            assign_segments(customers[columns].drop(columns=column), parameters)
