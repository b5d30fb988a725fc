"""Settings of one segmentation, checked at the edge."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from covey.segmentation.algorithms import ALGORITHMS

SCALINGS = ("z", "none")


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
        Names of the algorithms to try, out of `covey.segmentation.ALGORITHMS`.
    k_min, k_max
        Smallest and largest number of segments to try, both included.
    k
        Use exactly this number of segments, whatever the figures say. None: choose.
    algorithm
        Choose among the candidates of this algorithm only. None: among all.
    scaling
        ``'z'``: centre and divide by the standard deviation; ``'none'``: keep the units.
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
    algorithms: tuple[str, ...] = ("kmeans",)
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
        )
        for option in shares:
            value = getattr(self, option)
            if not 0.0 <= value <= 1.0:
                raise ValueError(self._message(option, value, "between 0 and 1"))
        if self.scaling not in SCALINGS:
            raise ValueError(
                self._message("scaling", self.scaling, f"one of {list(SCALINGS)}")
                + closest(self.scaling, SCALINGS)
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
    "tuple[str, ...]": (list, tuple),
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
            if isinstance(value, list | tuple):
                value = tuple(str(item) for item in value)
            elif known[option] == "float" and isinstance(value, int | float):
                value = float(value)
            options[option] = value
        parsed[name] = SegmentationSettings(segmentation=name, **options)  # type: ignore[arg-type]
    return parsed
