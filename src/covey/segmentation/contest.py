"""What is measured of each candidate, and of whom it costs too much.

- The algorithm named first is fitted to all customers with each number of segments, and measured in
  full.
- The others are fitted to a sample of `SCREEN_ROWS` and measured there by what is cheap. Those that
  the rule then asks for are fitted to all customers and measured in full. Of the rest, the figures
  that need refits stay null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from sklearn.metrics import euclidean_distances

from covey.segmentation.algorithms import SINGLE, Algorithm, Variant
from covey.segmentation.fitting import canonical, fit, listed
from covey.segmentation.frames import FloatArray, IntArray
from covey.segmentation.indices import (
    dunn,
    elbow,
    information_criteria,
    nearest_neighbours,
    parted_share,
    separation,
    silhouettes,
    simplified_silhouette,
    spread_sample,
)
from covey.segmentation.partitions import Partition, segment_sizes
from covey.segmentation.preprocessing import Prepared
from covey.segmentation.resampling import bootstrap_stability, split_halves
from covey.segmentation.structure import MAX_NOISE, BoxClouds

SCREEN_ROWS = 2_000
"""Rows that all candidates are compared on."""

SCREEN_INITS = 3
"""Starts of a fit to them."""

DUNN_ROWS = 1_000
"""Rows of the Dunn index, which needs all distances and is quick to jump with any one of them."""

FIGURES = (
    "inertia",
    "silhouette",
    "simplified_silhouette",
    "davies_bouldin",
    "calinski_harabasz",
    "dunn",
    "bic",
    "aic",
    "gap",
    "gap_error",
    "prediction_strength",
    "stability_ari",
    "jaccard_mean",
    "jaccard_min",
    "holdout_ari",
    "parted_share",
    "parting",
    "modularity",
    "noise_share",
    "smallest_share",
    "fit_seconds",
)
"""Figures of a candidate, in the order of their columns."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate and what is known of it.

    Attributes
    ----------
    algorithm, variant
        What it is.
    k
        Number of segments.
    figures
        By name, see `FIGURES`; what is absent was not measured.
    jaccards
        JSON list: stability of each segment, the largest segment first.
    rejection
        Why it is out; None if nothing speaks against it.
    is_contender
        Whether it has been measured in full.
    """

    algorithm: Algorithm
    variant: Variant
    k: int
    figures: Mapping[str, float] = field(default_factory=dict)
    jaccards: str | None = None
    rejection: str | None = None
    is_contender: bool = False

    @property
    def name(self) -> str:
        """The candidate's id."""
        return self.variant.candidate_id

    def __getitem__(self, figure: str) -> float:
        """Return a figure; NaN if it was not measured."""
        return self.figures.get(figure, float("nan"))


class Contest:
    """The candidates of one part, measured as far as the rule asks.

    Attributes
    ----------
    prepared
        The customers.
    candidates
        By id, the single segment first, then in the order of the settings.
    first
        Name of the algorithm that is preferred among equals.
    """

    def __init__(self, prepared: Prepared, timer: Callable[[], float] | None = None) -> None:
        """Fit and screen all candidates; the single segment and the first algorithm in full."""
        self.prepared = prepared
        self._timer = timer
        settings, points = prepared.settings, prepared.points
        self.first = settings.algorithm or settings.algorithms[0]
        screened = spread_sample(len(points), SCREEN_ROWS, random_state=settings.seed)
        self._screen = points[screened]
        self._neighbours = nearest_neighbours(self._screen)
        dunn_rows = spread_sample(len(self._screen), DUNN_ROWS, random_state=settings.seed)
        self._dunn_rows = dunn_rows
        # Without features there is one segment, and no distance is asked for.
        width = points.shape[1]
        self._distances = (
            euclidean_distances(self._screen[dunn_rows]) if width else np.empty((0, 0))
        )
        distinct = len(pd.DataFrame(points).drop_duplicates()) if points.shape[1] else 1
        self.candidates: dict[str, Candidate] = {}
        labelings: dict[str, IntArray] = {}
        in_full: dict[str, Partition] = {}
        for algorithm, variant in listed(settings):
            candidate = Candidate(algorithm, variant, variant.k or 0)
            if (variant.k or 2) > distinct:
                words = f"{variant.k or 2} segments of {distinct} distinct customers"
                candidate = replace(candidate, rejection=words)
            else:
                is_first = algorithm.name in (self.first, SINGLE)
                partition, seconds = self._fit(algorithm, variant, is_full=is_first)
                candidate = replace(candidate, k=partition.k)
                rows = points if is_first else self._screen
                candidate, labels = self._measured(candidate, partition, rows, seconds)
                labelings[candidate.name] = labels
                if is_first:
                    in_full[candidate.name] = partition
            self.candidates[candidate.name] = candidate
        means = silhouettes(self._screen, list(labelings.values()))
        for name, silhouette in zip(labelings, means, strict=True):
            self._add(name, silhouette=silhouette)
        if len(points) > len(self._screen):
            self._silhouettes_in_full(in_full)
        for name, candidate in self.candidates.items():
            if candidate.algorithm.name != SINGLE and candidate.rejection is None:
                self.candidates[name] = replace(candidate, rejection=self._cheap_rejection(name))
        for name, partition in in_full.items():
            if self.candidates[name].algorithm.name != SINGLE:
                self._measure_in_full(name, partition)
        self._find_gaps()

    @cached_property
    def clouds(self) -> BoxClouds:
        """Clouds without segments, the size of the screening sample."""
        return BoxClouds(self._screen, random_state=self.prepared.settings.seed)

    def in_full(self, name: str) -> Candidate:
        """Measure a candidate in full, if it is not yet, and return it."""
        candidate = self.candidates[name]
        if candidate.is_contender or candidate.rejection is not None:
            return candidate
        partition, seconds = self._fit(candidate.algorithm, candidate.variant, is_full=True)
        candidate = replace(candidate, k=partition.k)
        candidate, _ = self._measured(candidate, partition, self.prepared.points, seconds)
        self.candidates[name] = candidate
        self._silhouettes_in_full({name: partition})
        rejection = self._cheap_rejection(name)
        self.candidates[name] = replace(self.candidates[name], rejection=rejection)
        self._measure_in_full(name, partition)
        return self.candidates[name]

    def _fit(
        self, algorithm: Algorithm, variant: Variant, *, is_full: bool
    ) -> tuple[Partition, float]:
        start = self._timer() if self._timer else 0.0
        if is_full:
            partition = fit(self.prepared, algorithm, variant)
        else:
            seed = self.prepared.settings.seed
            partition = algorithm.fit(self._screen, variant, n_init=SCREEN_INITS, random_state=seed)
        seconds = self._timer() - start if self._timer else float("nan")
        return partition, seconds

    def _measured(
        self, candidate: Candidate, partition: Partition, rows: FloatArray, seconds: float
    ) -> tuple[Candidate, IntArray]:
        """Measure what is cheap on `rows`; return the labels of the screening sample, too.

        Sums over a sample are scaled up to all customers, so that candidates compare.
        """
        count = len(self.prepared.points)
        labels = partition.score(rows).index
        on_screen = partition.score(self._screen).index
        kept = labels >= 0
        sizes = segment_sizes(labels, partition.k)
        davies_bouldin, calinski_harabasz = separation(rows, labels)
        likelihood = partition.log_likelihood(rows)
        if likelihood is not None:
            likelihood *= count / len(rows)
        bic, aic = information_criteria(likelihood, partition.free_parameters, count)
        within = np.square(rows[kept] - partition.centroids[labels[kept]]).sum()
        share, chance = parted_share(self._neighbours, on_screen)
        expected = chance * self.clouds.parting(candidate.k) if candidate.k > 1 else 0.0
        figures = {
            "inertia": float(within) * count / len(rows) if kept.any() else float("nan"),
            "simplified_silhouette": simplified_silhouette(rows, labels, partition.centroids),
            "davies_bouldin": davies_bouldin,
            "calinski_harabasz": calinski_harabasz,
            "dunn": dunn(self._distances, on_screen[self._dunn_rows]),
            "bic": bic,
            "aic": aic,
            "parted_share": share,
            "parting": share / expected if expected > 0.0 else float("nan"),
            "modularity": chance - share,
            "noise_share": float(1.0 - kept.mean()),
            "smallest_share": float(sizes.min() / len(rows)) if partition.k else float("nan"),
            "fit_seconds": seconds,
        }
        return replace(candidate, figures={**candidate.figures, **figures}), on_screen

    def _silhouettes_in_full(self, partitions: Mapping[str, Partition]) -> None:
        points, settings = self.prepared.points, self.prepared.settings
        rows = points[
            spread_sample(len(points), settings.silhouette_sample_size, random_state=settings.seed)
        ]
        means = silhouettes(rows, [item.score(rows).index for item in partitions.values()])
        for name, silhouette in zip(partitions, means, strict=True):
            self._add(name, silhouette=silhouette)

    def _measure_in_full(self, name: str, partition: Partition) -> None:
        """Add the figures that need refits, and say whether the candidate is stable."""
        candidate = self.candidates[name]
        settings, points = self.prepared.settings, self.prepared.points
        ordered = canonical(partition, points)
        stability = bootstrap_stability(
            points,
            candidate.algorithm,
            candidate.variant,
            ordered,
            runs=settings.bootstrap_runs,
            sample_size=settings.bootstrap_sample_size,
            random_state=settings.seed,
        )
        strength = holdout = float("nan")
        if settings.bootstrap_runs:
            strength, holdout = split_halves(
                points,
                candidate.algorithm,
                candidate.variant,
                sample_size=settings.bootstrap_sample_size,
                random_state=settings.seed,
            )
        self._add(
            name,
            stability_ari=stability.ari,
            jaccard_mean=float(np.mean(stability.jaccards)) if stability.jaccards else float("nan"),
            jaccard_min=min(stability.jaccards, default=float("nan")),
            prediction_strength=strength,
            holdout_ari=holdout,
        )
        rejection = candidate.rejection
        if rejection is None and stability.ari < settings.min_stability:
            rejection = f"stability {stability.ari:.3f} is under {settings.min_stability:.3f}"
        is_measured = settings.bootstrap_runs > 0
        rounded = [round(value, 3) for value in stability.jaccards]
        self.candidates[name] = replace(
            self.candidates[name],
            is_contender=True,
            rejection=rejection,
            jaccards=json.dumps(rounded) if is_measured else None,
        )

    def _cheap_rejection(self, name: str) -> str | None:
        """Say what speaks against a candidate before any refit."""
        candidate, settings = self.candidates[name], self.prepared.settings
        if candidate.k < 2:
            noise = candidate["noise_share"]
            return f"{candidate.k} segments and {noise:.0%} noise"
        if candidate["noise_share"] > MAX_NOISE:
            return f"noise {candidate['noise_share']:.0%} is over {MAX_NOISE:.0%}"
        if candidate["smallest_share"] < settings.min_segment_share:
            return (
                f"smallest segment holds {candidate['smallest_share']:.2%} of the customers, "
                f"under {settings.min_segment_share:.2%}"
            )
        if np.isnan(candidate["silhouette"]):
            return "as many segments as customers"
        return None

    def _add(self, name: str, **figures: float) -> None:
        candidate = self.candidates[name]
        self.candidates[name] = replace(candidate, figures={**candidate.figures, **figures})

    def _find_gaps(self) -> None:
        """Add the gap statistic to the candidates of k-means and to the single segment."""
        for name, candidate in self.candidates.items():
            is_kmeans = candidate.algorithm.name in ("kmeans", SINGLE)
            if is_kmeans and "inertia" in candidate.figures and self._screen.shape[1]:
                gap, error = self.clouds.gap(candidate.k)
                self._add(name, gap=gap, gap_error=error)

    @property
    def gap_choice(self) -> str | None:
        """The k-means candidate with the fewest segments by the gap's one-standard-error rule.

        That is the first whose gap is at least the next one's less its error (Tibshirani, Walther &
        Hastie 2001).
        """
        known = sorted(
            (item for item in self.candidates.values() if not np.isnan(item["gap"])),
            key=lambda item: item.k,
        )
        for item, following in pairwise(known):
            if item["gap"] >= following["gap"] - following["gap_error"]:
                return item.name
        return None

    @property
    def elbows(self) -> set[str]:
        """The candidates at the knee of the inertia of their algorithm and options."""
        curves: dict[tuple[object, ...], list[Candidate]] = {}
        for item in self.candidates.values():
            is_of_a_curve = item.variant.k is not None and item.algorithm.name != SINGLE
            if is_of_a_curve and not np.isnan(item["inertia"]):
                curves.setdefault((item.algorithm.name, item.variant.options), []).append(item)
        found = set()
        for curve in curves.values():
            knee = elbow([item.k for item in curve], [item["inertia"] for item in curve])
            found |= {item.name for item in curve if item.k == knee}
        return found
