"""Fits of candidates, and the parts that a model is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from covey.segmentation.algorithms import ALGORITHMS, Algorithm, SingleSegment, Variant
from covey.segmentation.catalog import features_of
from covey.segmentation.frames import NONE, FloatArray
from covey.segmentation.partitions import Partition, canonical_order, segment_sizes
from covey.segmentation.preprocessing import Prepared, prepare, sample
from covey.segmentation.settings import SegmentationSettings, closest


def fit(prepared: Prepared, algorithm: Algorithm, variant: Variant) -> Partition:
    """Fit one candidate to the prepared points with the seed and starts of the settings."""
    settings = prepared.settings
    return algorithm.fit(
        prepared.points, variant, n_init=settings.n_init, random_state=settings.seed
    )


def listed(settings: SegmentationSettings) -> list[tuple[Algorithm, Variant]]:
    """List every candidate that the settings ask for, the single segment first."""
    algorithms: list[Algorithm] = [SingleSegment()]
    algorithms += [ALGORITHMS[name] for name in dict.fromkeys(settings.algorithms)]
    return [
        (algorithm, variant) for algorithm in algorithms for variant in algorithm.variants(settings)
    ]


def known_candidate(settings: SegmentationSettings, name: str) -> tuple[Algorithm, Variant]:
    """Return the candidate of that id.

    Raises
    ------
    ValueError
        If the settings ask for no such candidate; the message names the closest one.
    """
    known = {variant.candidate_id: (how, variant) for how, variant in listed(settings)}
    if name not in known:
        raise ValueError(
            f"segmentation {settings.segmentation!r}: candidate {name!r} is not among those of "
            f"the settings" + closest(name, known)
        )
    return known[name]


def canonical(partition: Partition, points: FloatArray) -> Partition:
    """Put the segments into canonical order, by the (n, d) points that each one holds."""
    sizes = segment_sizes(partition.score(points).index, partition.k)
    return partition.reordered(canonical_order(sizes, partition.centroids))


@dataclass(frozen=True, slots=True)
class Part:
    """What is fitted at once: a whole model, or the second stage within one segment of the first.

    Attributes
    ----------
    name
        `NONE`, or the segment of the first stage that is split.
    prepared
        Its customers.
    labels
        Names of its segments, in canonical order; empty before it is fitted.
    """

    name: str
    prepared: Prepared
    labels: tuple[str, ...] = ()


Choose = Callable[[Part], tuple[Algorithm, Variant]]
"""Settles which candidate a part is fitted with."""


def of_stage(catalog: pd.DataFrame, settings: SegmentationSettings, stage: int) -> pd.DataFrame:
    """Return the rows of a checked catalog that a stage uses; all of them without stages.

    Raises
    ------
    ValueError
        If there are none of the segmentation.
    """
    if not settings.stages:
        return catalog
    groups = settings.stages[stage]
    rows = catalog.loc[catalog["feature_group"].isin(groups)].reset_index(drop=True)
    try:
        features_of(rows, settings.segmentation)
    except ValueError as error:
        mine = features_of(catalog, settings.segmentation)["feature_group"]
        raise ValueError(
            f"segmentation {settings.segmentation!r}: stage {stage + 1} asks for the feature "
            f"groups {list(groups)}, its features are of {sorted(set(mine))}"
        ) from error
    return rows


def fitted_parts(
    matrix: pd.DataFrame, catalog: pd.DataFrame, settings: SegmentationSettings, choose: Choose
) -> list[tuple[Part, Partition]]:
    """Prepare and fit the parts of a model, each with the candidate that `choose` settles.

    With two stages the first part splits the customers into groups by the features of the first
    stage, and every group is a part of its own, prepared and split by those of the second. A group
    that shows no structure is a part with one segment. Noise of the first stage stays noise.

    Parameters
    ----------
    matrix
        Sorted by key.
    catalog
        Checked.
    settings
        Of the segmentation.
    choose
        Called once for every part with customers, before the parts that depend on it.

    Returns
    -------
    list of (Part, Partition)
        With segments in canonical order; empty without customers. The labels of a first stage are
        'group 1', 'group 2', ...; all others are numbered through, the largest segment first.

    Raises
    ------
    ValueError
        If a stage has no features.
    """
    staged = bool(settings.stages)
    first = _fitted(NONE, matrix, of_stage(catalog, settings, 0), settings, choose)
    if first is None:
        return []
    part, partition = first
    if not staged:
        return _numbered([first])
    labels = partition.score(part.prepared.points).index
    sampled = sample(matrix, settings.sample_size, random_state=settings.seed)
    names = tuple(f"group {place + 1}" for place in range(partition.k))
    rows = of_stage(catalog, settings, 1)
    second = []
    for place, name in enumerate(names):
        mine = sampled.loc[labels == place].reset_index(drop=True)
        fitted = _fitted(name, mine, rows, settings, choose)
        if fitted is not None:
            second.append(fitted)
    return [(replace(part, labels=names), partition), *_numbered(second)]


def _fitted(
    name: str,
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    settings: SegmentationSettings,
    choose: Choose,
) -> tuple[Part, Partition] | None:
    """Fit one part; None without customers."""
    prepared = prepare(matrix, catalog, settings)
    if len(prepared.points) == 0:
        return None
    part = Part(name, prepared)
    algorithm, variant = choose(part)
    return part, canonical(fit(prepared, algorithm, variant), prepared.points)


def _numbered(fitted: list[tuple[Part, Partition]]) -> list[tuple[Part, Partition]]:
    """Give the segments of all parts numbers from '1', the largest first."""
    sizes = [
        (-int(size), place, segment)
        for place, (part, partition) in enumerate(fitted)
        for segment, size in enumerate(
            segment_sizes(partition.score(part.prepared.points).index, partition.k)
        )
    ]
    number = {
        (place, segment): str(rank + 1) for rank, (_, place, segment) in enumerate(sorted(sizes))
    }
    return [
        (
            replace(part, labels=tuple(number[place, segment] for segment in range(partition.k))),
            partition,
        )
        for place, (part, partition) in enumerate(fitted)
    ]
