"""Settings of one segmentation, checked at the edge."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

import numpy as np

from covey.segmentation.algorithms import ALGORITHMS
from covey.segmentation.hierarchy import LINKAGES
from covey.segmentation.mixture import COVARIANCES

SCALINGS = ("z", "min_max", "robust", "none")
RETRAINING = ("auto", "always", "never", "update")
CLASS_WEIGHTS = ("none", "balanced")


def closest(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the known name nearest to `name`, or an empty string."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)
    return f"; did you mean {matches[0]!r}?" if matches else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentationSettings:
    """Options of one named segmentation.

    Attributes
    ----------
    segmentation
        The name of the segmentation; the key of the settings mapping.
    algorithms
        Names of the algorithms to try, out of `covey.segmentation.ALGORITHMS`, the preferred one
        first.
    k_min, k_max
        Smallest and largest number of segments to try, both included.
    k
        Use exactly this number of segments, whatever the figures say. None: choose. Of two stages
        it holds for every part, and so do k_min and k_max.
    algorithm
        Choose among the candidates of this algorithm only. None: among all.
    scaling
        ``'z'``: mean and standard deviation; ``'min_max'``: lowest value and range; ``'robust'``:
        median and interquartile range, as in a normal distribution; ``'none'``: keep the units.
    min_segment_share
        Reject a candidate whose smallest segment holds less than this share of the customers.
    min_stability
        Reject a candidate whose mean bootstrap adjusted Rand index is below this.
    silhouette_tolerance
        Prefer fewer segments as long as the silhouette is within this share of the best.
    sample_size
        Rows that a model is fitted on, at most; the sample is by a hash of the key.
    silhouette_sample_size
        Rows that the silhouette is computed on, at most: it is quadratic.
    bootstrap_runs
        Refits per candidate that the stability is the mean of; 0 leaves stability out.
    bootstrap_sample_size
        Rows of one bootstrap sample, at most.
    null_test
        Ask for structure that unclustered data of the same shape would not show.
    null_runs
        Draws from each reference distribution.
    null_sample_size
        Rows of the null test, at most.
    null_z
        The silhouette must lie this many standard deviations above the mean of the draws.
    null_margin
        And at least this much above it.
    correlation_limit
        Of two features with an absolute correlation above this, one is left out.
    max_missing_share
        A feature that more of the customers miss is left out, unless missing means nought.
    max_equal_share
        A feature that is the same for more of the customers is left out.
    group_weights
        Feature group -> factor of the weights of its features; 1 for groups not named. So are
        behavioural, demographic and psychographic features balanced.
    pca_components, pca_share
        Fit in the space of so many principal components, or of as many as hold this share of the
        variance; at most one of the two. None: in the space of the features.
    max_categories
        Categories of a feature with one-hot or ordinal encoding, the most frequent first; all
        others are one.
    embedding_dimensions
        Coordinates that a category of many is embedded in.
    stages
        Feature groups of each stage, the first stage first; the second splits each segment of the
        first. Empty: one stage, with all features of the segmentation.
    covariances
        Forms of covariance that Gaussian mixtures are tried with.
    linkages
        Linkages that hierarchical clustering is tried with.
    micro_clusters
        Micro-clusters that hierarchical clustering starts from, at most.
    density_dimensions, density_sample_size
        Principal components and rows that density-based clustering works on, at most.
    max_core_points
        Core points that a density model keeps, at most.
    retrain
        ``'auto'``: fit again when the model is old, its data have drifted or its settings have
        changed; ``'always'``: in each run whose data have changed; ``'never'``; ``'update'``: move
        the model by new data alone. None: as the var covey_retrain says.
    max_model_age_days
        With auto: a model fitted longer before the as-of date is fitted again.
    drift_limit
        With auto: a population stability index above this, and above its noise, is drift.
    min_champion_ari
        A refit that agrees less with the model in use, by the adjusted Rand index, is not promoted.
    min_segment_overlap
        A segment of a refit is the segment it shares most customers with, if these are at least
        this share of both together (Jaccard); else it is new.
    model
        Id of the registered model to use, whatever else; None: the champion.
    rule_depth
        Questions, at most, that the rules of a segment ask.
    rule_class_weight
        ``'balanced'``: rules weigh a rare segment as much as a large one; ``'none'``.
    outlier_mads
        How many (normal-consistent) median absolute deviations above the median distance an
        outlier lies.
    min_group_values
        Known values that a group needs for a median of its own.
    imputations
        Random imputations that the sensitivity to missing values is measured over; 0: none.
    imputation_sample_size
        Rows that they are made for, at most.
    min_imputation_ari
        The verdict is 'sensitive' where two of them agree less, by the adjusted Rand index.
    n_init
        Starts of every final fit; the best one counts.
    seed
        Seed of everything random.

    Raises
    ------
    ValueError
        If a value is outside its range; the message names the option, the value and the bound.
    """

    segmentation: str
    algorithms: tuple[str, ...] = (
        "kmeans",
        "hierarchical",
        "gaussian_mixture",
        "dbscan",
        "hdbscan",
        "minibatch_kmeans",
    )
    k_min: int = 2
    k_max: int = 10
    k: int | None = None
    algorithm: str | None = None
    scaling: str = "z"
    min_segment_share: float = 0.01
    min_stability: float = 0.75
    silhouette_tolerance: float = 0.01
    sample_size: int = 100_000
    silhouette_sample_size: int = 10_000
    bootstrap_runs: int = 10
    bootstrap_sample_size: int = 2_000
    null_test: bool = True
    null_runs: int = 20
    null_sample_size: int = 1_000
    null_z: float = 2.5
    null_margin: float = 0.01
    correlation_limit: float = 0.95
    max_missing_share: float = 0.8
    max_equal_share: float = 0.99
    group_weights: Mapping[str, float] = field(default_factory=dict)
    pca_components: int | None = None
    pca_share: float | None = None
    max_categories: int = 20
    embedding_dimensions: int = 3
    stages: tuple[tuple[str, ...], ...] = ()
    covariances: tuple[str, ...] = COVARIANCES
    linkages: tuple[str, ...] = ("ward",)
    micro_clusters: int = 500
    density_dimensions: int = 8
    density_sample_size: int = 5_000
    max_core_points: int = 2_000
    retrain: str | None = None
    max_model_age_days: int = 90
    drift_limit: float = 0.25
    min_champion_ari: float = 0.5
    min_segment_overlap: float = 0.3
    model: str | None = None
    rule_depth: int = 5
    rule_class_weight: str = "none"
    outlier_mads: float = 4.0
    min_group_values: int = 20
    imputations: int = 5
    imputation_sample_size: int = 2_000
    min_imputation_ari: float = 0.9
    n_init: int = 10
    seed: int = 20260101

    def __post_init__(self) -> None:
        """Check every range."""
        at_least = {
            "k_min": 2,
            "k_max": self.k_min,
            "k": 1,
            "sample_size": 1,
            "silhouette_sample_size": 2,
            "bootstrap_runs": 0,
            "bootstrap_sample_size": 2,
            "null_runs": 2,
            "null_sample_size": 10,
            "null_z": 0.0,
            "null_margin": 0.0,
            "outlier_mads": 0.0,
            "min_group_values": 1,
            "imputations": 0,
            "imputation_sample_size": 2,
            "n_init": 1,
            "seed": 0,
            "pca_components": 1,
            "max_categories": 1,
            "embedding_dimensions": 1,
            "micro_clusters": 2,
            "density_dimensions": 1,
            "density_sample_size": 10,
            "max_core_points": 1,
            "max_model_age_days": 1,
            "drift_limit": 0.0,
            "rule_depth": 1,
        }
        for option, low in at_least.items():
            value = getattr(self, option)
            if value is not None and not value >= low:
                raise ValueError(self._message(option, value, f"at least {low}"))
        shares = (
            "min_segment_share",
            "min_stability",
            "silhouette_tolerance",
            "correlation_limit",
            "min_imputation_ari",
            "max_missing_share",
            "max_equal_share",
            "pca_share",
            "min_segment_overlap",
        )
        for option in shares:
            value = getattr(self, option)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(self._message(option, value, "between 0 and 1"))
        if not -1.0 <= self.min_champion_ari <= 1.0:
            raise ValueError(
                self._message("min_champion_ari", self.min_champion_ari, "between -1 and 1")
            )
        for group, weight in self.group_weights.items():
            if not (np.isfinite(weight) and weight >= 0.0):
                raise ValueError(self._message(f"group_weights[{group!r}]", weight, "at least 0"))
        if self.pca_components is not None and self.pca_share is not None:
            raise ValueError(
                self._message("pca_share", self.pca_share, "absent where pca_components is given")
            )
        if len(self.stages) == 1 or len(self.stages) > 2 or not all(self.stages):
            raise ValueError(
                self._message("stages", self.stages, "two lists of feature groups, or none")
            )
        for option, known in (
            ("scaling", SCALINGS),
            ("covariances", COVARIANCES),
            ("linkages", LINKAGES),
            ("retrain", RETRAINING),
            ("rule_class_weight", CLASS_WEIGHTS),
        ):
            value = getattr(self, option)
            for name in value if isinstance(value, tuple) else (value,):
                if name is not None and name not in known:
                    raise ValueError(
                        self._message(option, name, f"one of {list(known)}") + closest(name, known)
                    )
        if not self.algorithms:
            raise ValueError(self._message("algorithms", [], f"some of {sorted(ALGORITHMS)}"))
        for name in self.algorithms:
            if name not in ALGORITHMS:
                raise ValueError(
                    self._message("algorithms", name, f"some of {sorted(ALGORITHMS)}")
                    + closest(name, ALGORITHMS)
                )
        if self.algorithm is not None and self.algorithm not in self.algorithms:
            raise ValueError(
                self._message("algorithm", self.algorithm, f"one of {list(self.algorithms)}")
                + closest(self.algorithm, self.algorithms)
            )

    def _message(self, option: str, value: object, wanted: str) -> str:
        return f"segmentation {self.segmentation!r}: {option} is {value!r}, it must be {wanted}"

    @property
    def grid(self) -> tuple[int, ...]:
        """Numbers of segments to try, ascending, a fixed `k` among them."""
        ks = set(range(self.k_min, self.k_max + 1))
        if self.k is not None and self.k > 1:
            ks.add(self.k)
        return tuple(sorted(ks))


_OPTIONS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "str": (str,),
    "str | None": (str, type(None)),
    "bool": (bool,),
    "float | None": (int, float, type(None)),
    "tuple[str, ...]": (list, tuple),
    "tuple[tuple[str, ...], ...]": (list, tuple),
    "Mapping[str, float]": (dict,),
}


def parse_settings(
    settings: Mapping[str, Mapping[str, object] | None],
) -> dict[str, SegmentationSettings]:
    """Turn the plain options of every segmentation into checked settings.

    Parameters
    ----------
    settings
        Segmentation name -> option -> value; what YAML gives. None stands for no options.

    Returns
    -------
    dict
        Segmentation name -> settings, sorted by name.

    Raises
    ------
    ValueError
        If an option is unknown (the message names the closest known one), has the wrong type or
        is outside its range.
    """
    known = {field.name: str(field.type) for field in fields(SegmentationSettings)}
    del known["segmentation"]
    parsed = {}
    for name in sorted(settings):
        options: dict[str, object] = {}
        for option, value in (settings[name] or {}).items():
            if option not in known:
                raise ValueError(
                    f"segmentation {name!r}: unknown option {option!r}" + closest(option, known)
                )
            accepted = _OPTIONS[known[option]]
            is_misplaced_bool = isinstance(value, bool) and bool not in accepted
            if not isinstance(value, accepted) or is_misplaced_bool:
                raise ValueError(
                    f"segmentation {name!r}: {option} is {value!r}, of type "
                    f"{type(value).__name__}; it must be of type {known[option]}"
                )
            options[option] = _plain(value, known[option])
        parsed[name] = SegmentationSettings(segmentation=name, **options)  # type: ignore[arg-type]
    return parsed


def _plain(value: object, kind: str) -> object:
    """Turn what YAML gives for an option into what the settings hold."""
    if isinstance(value, list | tuple):
        if kind.startswith("tuple[tuple"):
            return tuple(tuple(str(name) for name in listed(item)) for item in value)
        return tuple(str(item) for item in value)
    if isinstance(value, dict):
        return {str(name): float(number) for name, number in sorted(value.items())}
    if kind.startswith("float") and isinstance(value, int | float):
        return float(value)
    return value


def listed(item: object) -> list[object]:
    """Return a list as it is, and anything else as a list of one."""
    return list(item) if isinstance(item, list | tuple) else [item]
