"""Random models of every form that SQL applies, as parameter rows, and customers for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from covey.segmentation.centroids import CentroidPartition
from covey.segmentation.coordinates import Preprocessing
from covey.segmentation.encoding import Encoding
from covey.segmentation.frames import KEY, NONE, PARAMETER_TYPES, typed_frame
from covey.segmentation.imputation import GroupMedians, Regression
from covey.segmentation.mixture import MixturePartition
from covey.segmentation.reduction import Components, component_names
from covey.segmentation.transforms import Transform

FEATURES = ("f00", "f01", "f02", "f03")
GROUPS = {
    "acquisition_channel": ["shop", "web", "a=b"],
    "country": ["DE", "FR", "unseen"],
    "rfm_segment": ["loyal"],
    "top_category": ["books", "toys"],
}
FORMS = ("centroid", "full", "tied", "diag", "spherical")
IDS = ["1", "2", "10", "9", "segment x", "Ä", "é" * 3, "3"]


def preprocessing_of(generator, *, with_categories, with_components):
    derived = ["f00__missing"]
    encodings = []
    if with_categories:
        terms = ["country=DE", "country=(missing)", "country=(other)"]
        lookups = {
            "country=DE": dict(zip(terms, (1.0, 0.0, 0.0), strict=True)),
            "country=(other)": dict(zip(terms, (0.0, 0.0, 1.0), strict=True)),
            "acquisition_channel__rank": {
                "acquisition_channel=a=b": 2.0,
                "acquisition_channel=(other)": 0.5,
            },
        }
        encodings = [
            Encoding(name, name.split("=")[0].split("__")[0], lookups[name])
            for name in sorted(lookups)
        ]
        derived += [item.name for item in encodings]
    features = tuple(sorted([*FEATURES, *derived]))
    width = len(features)
    plain = np.array([name in FEATURES for name in features])
    kinds = [
        Transform(),
        Transform("log1p"),
        *(Transform("yeo_johnson", power=power) for power in (-1.2, 0.0, 0.7, 2.0)),
    ]
    transforms = tuple(
        kinds[generator.integers(len(kinds))] if is_plain else Transform() for is_plain in plain
    )
    at = features.index
    components = None
    if with_components:
        count = int(generator.integers(1, 4))
        components = Components(
            component_names(count),
            generator.normal(size=(width, count)),
            generator.normal(size=count),
        )
    medians = {"country=DE": 2.5, "country=FR": -1.0}
    return Preprocessing(
        features=features,
        impute=np.where(plain, generator.normal(size=width), 0.0),
        clip_lower=np.where(plain, -3.0, -1e300),
        clip_upper=np.where(plain, generator.uniform(2.0, 9.0, size=width), 1e300),
        transforms=transforms,
        center=np.where(plain, generator.normal(size=width), 0.0),
        scale=generator.uniform(0.5, 2.0, size=width),
        weight=generator.uniform(0.5, 2.0, size=width),
        group_medians=(GroupMedians(at("f01"), "country", medians),),
        regressions=(
            Regression(
                at("f02"),
                np.array([at("f01"), at("f03")]),
                generator.normal(size=2),
                0.3,
                -1.5,
                1.5,
            ),
        ),
        encodings=tuple(encodings),
        components=components,
    )


def partition_of(generator, form, k, width):
    centroids = generator.normal(size=(k, width))
    if form == "centroid":
        return CentroidPartition(centroids, float(generator.uniform(0.2, 2.0)))
    weights = generator.dirichlet(np.full(k, 2.0))
    if form == "diag":
        precisions = generator.uniform(0.2, 3.0, size=(k, width))
    elif form == "spherical":
        precisions = np.repeat(generator.uniform(0.2, 3.0, size=(k, 1)), width, axis=1)
    else:
        roots = generator.normal(size=(1 if form == "tied" else k, width, width))
        precisions = roots @ roots.transpose(0, 2, 1) + 0.3 * np.eye(width)
    return MixturePartition(form, weights, centroids, precisions)


def part_rows(preprocessing, partition, segments, *, outlier_distance):
    rows = [
        (name, feature, NONE, term, value)
        for name, feature, term, value in preprocessing.parameters()
    ]
    names = preprocessing.coordinates
    for item in partition.parameters():
        rows.append(
            (
                item.name,
                NONE if item.feature is None else names[item.feature],
                NONE if item.segment is None else segments[item.segment],
                names[item.term] if isinstance(item.term, int) else item.term or NONE,
                item.value,
            )
        )
    rows.append(("outlier_distance", NONE, NONE, NONE, outlier_distance))
    return pd.DataFrame(rows, columns=["parameter", "feature", "segment_id", "term", "value"])


def model_of(seed, *, form, k, with_categories=False, with_components=False, stages=1, name="s"):
    """Parameter rows of a random model; with two stages every part is another such model."""
    generator = np.random.default_rng(seed)
    ids = list(generator.permutation(IDS))
    groups = [NONE] if stages == 1 else [NONE, "group 1", "group 2"]
    frames = []
    for group in groups:
        preprocessing = preprocessing_of(
            generator, with_categories=with_categories, with_components=with_components
        )
        is_first = stages == 2 and group == NONE
        count = 2 if is_first else k
        segments = groups[1:] if is_first else [ids.pop() for _ in range(count)]
        partition = partition_of(generator, form, count, len(preprocessing.coordinates))
        rows = part_rows(preprocessing, partition, segments, outlier_distance=2.5)
        frames.append(rows.assign(part=group))
    rows = pd.concat(frames).assign(segmentation=name, model_id=f"{name}-{seed}")
    return typed_frame(rows.to_dict("list"), PARAMETER_TYPES)


def customers_of(seed, count=40):
    """Customers with gaps, infinite values and unknown groups."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(count, len(FEATURES))) * 3.0
    values[generator.random(values.shape) < 0.2] = np.nan
    values[0, 0], values[1, 1] = np.inf, -np.inf
    frame = pd.DataFrame(values, columns=list(FEATURES))
    frame.insert(0, KEY, [f"c{row:04d}" for row in range(count)])
    for column, names in GROUPS.items():
        frame[column] = generator.choice(np.array([*names, None], dtype=object), size=count)
    return frame
