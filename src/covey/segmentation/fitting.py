"""Fits of candidates, and the parts that a model is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from covey.segmentation.algorithms import ALGORITHMS, Algorithm, SingleSegment, Variant
from covey.segmentation.frames import NONE, FloatArray
from covey.segmentation.partitions import Partition, canonical_order, segment_sizes
from covey.segmentation.preprocessing import Prepared, prepare
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
    """

    name: str
    prepared: Prepared


Choose = Callable[[Part], tuple[Algorithm, Variant]]
"""Settles which candidate a part is fitted with."""


def fitted_parts(
    matrix: pd.DataFrame, catalog: pd.DataFrame, settings: SegmentationSettings, choose: Choose
) -> list[tuple[Part, Partition]]:
    """Prepare and fit the parts of a model, each with the candidate that `choose` settles.

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
        With segments in canonical order; empty without customers.
    """
    prepared = prepare(matrix, catalog, settings)
    if len(prepared.points) == 0:
        return []
    part = Part(NONE, prepared)
    algorithm, variant = choose(part)
    partition = fit(prepared, algorithm, variant)
    return [(part, canonical(partition, prepared.points))]
