"""Segments as a few rules that somebody can read, and SQL can run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from covey.explanation.frames import SEED, FloatArray, IntArray, Sample, samples, split
from covey.segmentation.frames import typed_frame
from covey.threads import one_thread

SAMPLE_SIZE = 10_000
HOLDOUT_SHARE = 0.3
RULE_DEPTH = 5
"""Of the bundled data a tree of four questions loses a segment of seven, one of five none."""
MAX_DEPTH = 10
CLASS_WEIGHTS = ("none", "balanced")
MIN_LEAF = 10

RULE_TYPES = {
    "segmentation": "str",
    "rule_number": "int64",
    "segment_id": "str",
    "rule": "str",
    "sql_condition": "str",
    "actual_segment_id": "str",
    "customers": "int64",
    "holdout_customers": "int64",
    "rule_depth": "int64",
    "class_weight": "str",
    "sql_case": "str",
}

EVERYBODY = "1 = 1"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a rule asks of one feature: over `low` and up to `high`, or missing."""

    low: float = -np.inf
    high: float = np.inf
    may_be_missing: bool = True

    def left(self, threshold: float, missing_goes_left: bool) -> Bound:
        """Return the bound of those who are at most `threshold`."""
        return Bound(self.low, min(self.high, threshold), self.may_be_missing and missing_goes_left)

    def right(self, threshold: float, missing_goes_left: bool) -> Bound:
        """Return the bound of those who are over `threshold`."""
        return Bound(
            max(self.low, threshold), self.high, self.may_be_missing and not missing_goes_left
        )

    def holds(self, values: FloatArray) -> npt.NDArray[np.bool_]:
        """Return for each value, NaN where missing, whether it is within."""
        inside = (values > self.low) & (values <= self.high)
        # The lower end is open: minus infinity itself is over no number.
        inside |= (values == -np.inf) & (self.low == -np.inf)
        return np.where(np.isnan(values), self.may_be_missing, inside)

    def sql(self, feature: str) -> str:
        """Return the condition on a column; null, not true, for a missing value that is not in."""
        parts = []
        if np.isfinite(self.low):
            parts.append(f"{feature} > {number(self.low)}")
        if np.isfinite(self.high):
            parts.append(f"{feature} <= {number(self.high)}")
        if self.low == np.inf:
            return f"{feature} is null"
        if not parts:
            return f"{feature} is not null"
        text = " and ".join(parts)
        if not self.may_be_missing:
            return text
        return f"({f'({text})' if len(parts) > 1 else text} or {feature} is null)"

    def words(self, feature: str, *, has_gaps: bool = True) -> str:
        """Return the same in words; of a feature without gaps nothing is said about them."""
        if self.low == np.inf:
            return f"{feature} unknown"
        parts = []
        if np.isfinite(self.low):
            parts.append(f"over {number(self.low)}")
        if np.isfinite(self.high):
            parts.append(f"up to {number(self.high)}")
        text = f"{feature} {' '.join(parts) or 'known'}"
        return f"{text} or unknown" if self.may_be_missing and has_gaps else text


@dataclass(frozen=True, slots=True)
class Rule:
    """A leaf: the bounds of its features, and the segment that it names."""

    segment_id: str
    bounds: Mapping[str, Bound] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The condition on the columns of a customer."""
        parts = [bound.sql(feature) for feature, bound in sorted(self.bounds.items())]
        return " and ".join(parts) or EVERYBODY

    def words(self, with_gaps: Collection[str]) -> str:
        """Return the condition as one reads it, given the features that some customers miss."""
        parts = [
            bound.words(feature, has_gaps=feature in with_gaps)
            for feature, bound in sorted(self.bounds.items())
        ]
        return ", ".join(parts) or "every customer"

    def holds(self, raw: FloatArray, features: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return for each row of the (n, d) values, NaN where missing, whether the rule holds."""
        within = np.ones(len(raw), dtype=bool)
        for feature, bound in self.bounds.items():
            within &= bound.holds(raw[:, list(features).index(feature)])
        return within


def fit_segment_rules(
    customers: pd.DataFrame,
    catalog: pd.DataFrame,
    options: Mapping[str, Mapping[str, object] | None] | None = None,
    *,
    min_leaf: int = MIN_LEAF,
) -> pd.DataFrame:
    """Put each segmentation into a few rules: the leaves of a shallow tree.

    A classification tree (Breiman, Friedman, Olshen and Stone 1984) learns the segments of 70 % of
    the customers from their features as they are; the other 30 % tell how far it can be trusted.
    Missing values go the way that the tree found best. Thresholds are rounded as far as no customer
    changes sides.

    Parameters
    ----------
    customers, catalog
        As `covey.explanation.samples` reads them; the first 10,000 customers by key count.
    options
        Segmentation name -> option -> value. ``rule_depth``: questions at most until a segment is
        named, 1 to 10 (5); ``rule_class_weight``: ``'none'``, or ``'balanced'`` to count every
        segment alike, however few its customers. Other options are not read.
    min_leaf
        Customers of the 70 % that a rule speaks for, at least.

    Returns
    -------
    DataFrame
        `RULE_TYPES`, one row per segmentation, rule and segment that its customers are really in.
        segment_id is what the rule says, actual_segment_id what is so; customers are those of the
        sample, holdout_customers those that the tree has not seen. rule_number is 1 for the rule
        with most customers. sql_case names the segment of a customer from the columns of their
        features. A single segment has one rule, which everybody fulfils.

    Raises
    ------
    ValueError
        If an input or an option is not as declared.
    """
    if min_leaf < 1:
        raise ValueError(f"min_leaf is {min_leaf}, it must be at least 1")
    rows: list[dict[str, object]] = []
    with one_thread():
        for sample in samples(customers, catalog):
            depth, class_weight = _options(sample.segmentation, options or {})
            first = sample.first(SAMPLE_SIZE)
            held_out = split(first.labels, share=HOLDOUT_SHARE)
            rules = learn_rules(
                first, held_out, depth=depth, class_weight=class_weight, min_leaf=min_leaf
            )
            rows += [
                {**row, "rule_depth": depth, "class_weight": class_weight}
                for row in _counted(first, held_out, rules)
            ]
    return typed_frame(rows, RULE_TYPES)


def _options(
    segmentation: str, options: Mapping[str, Mapping[str, object] | None]
) -> tuple[int, str]:
    given = options.get(segmentation) or {}
    depth = given.get("rule_depth", RULE_DEPTH)
    if not isinstance(depth, int) or isinstance(depth, bool) or not 1 <= depth <= MAX_DEPTH:
        raise ValueError(
            f"segmentation {segmentation!r}: rule_depth is {depth!r}, it must be a whole number "
            f"from 1 to {MAX_DEPTH}"
        )
    class_weight = given.get("rule_class_weight", CLASS_WEIGHTS[0])
    if class_weight not in CLASS_WEIGHTS:
        raise ValueError(
            f"segmentation {segmentation!r}: rule_class_weight is {class_weight!r}, it must be "
            f"one of {list(CLASS_WEIGHTS)}"
        )
    return depth, str(class_weight)


def learn_rules(
    sample: Sample, held_out: IntArray, *, depth: int, class_weight: str, min_leaf: int
) -> list[Rule]:
    """Fit the tree to the customers that are not held out and return its leaves as rules.

    Leaves side by side that name the same segment are one.
    """
    seen = np.setdiff1d(np.arange(len(sample.labels)), held_out)
    labels = sample.labels[seen].astype("str")
    if not sample.features or len(np.unique(labels)) < 2:
        names, counts = np.unique(labels, return_counts=True)
        return [Rule(str(names[np.argmax(counts)]))]
    tree = DecisionTreeClassifier(
        max_depth=depth,
        min_samples_leaf=min_leaf,
        class_weight=None if class_weight == "none" else class_weight,
        random_state=SEED,
    ).fit(sample.raw[seen], labels)
    return _leaves(tree, sample, 0, {})


def _leaves(
    tree: DecisionTreeClassifier, sample: Sample, node: int, bounds: dict[str, Bound]
) -> list[Rule]:
    nodes = tree.tree_
    if nodes.children_left[node] == nodes.children_right[node]:
        return [Rule(str(tree.classes_[np.argmax(nodes.value[node, 0])]), bounds)]
    column = int(nodes.feature[node])
    feature = sample.features[column]
    threshold = short_threshold(sample.raw[:, column], float(nodes.threshold[node]))
    goes_left = bool(nodes.missing_go_to_left[node])
    bound = bounds.get(feature, Bound())
    sides = [
        _leaves(tree, sample, int(child), {**bounds, feature: side})
        for child, side in (
            (nodes.children_left[node], bound.left(threshold, goes_left)),
            (nodes.children_right[node], bound.right(threshold, goes_left)),
        )
    ]
    both = sides[0] + sides[1]
    if len(both) == 2 and both[0].segment_id == both[1].segment_id:
        return [replace(both[0], bounds=bounds)]
    return both


def short_threshold(values: FloatArray, threshold: float) -> float:
    """Return the number with the fewest digits that parts `values` as a tree does.

    scikit-learn compares in 32 bits. The values that it takes to be at most `threshold` are at
    most the number returned, and the others are over it, in 64 bits: SQL needs no cast.

    Parameters
    ----------
    values
        (n,) values to part; NaN are left out.
    threshold
        Of the tree.
    """
    known = values[~np.isnan(values)]
    is_left = known.astype("float32").astype("float64") <= threshold
    if is_left.all() or not is_left.any():
        return np.inf if is_left.all() else threshold
    low, high = float(known[is_left].max()), float(known[~is_left].min())
    middle = low + (high - low) / 2
    for digits in range(1, 18):
        for value in (middle, low):
            short = float(f"{value:.{digits}g}")
            if low <= short < high:
                return short
    return low


def number(value: float) -> str:
    """Write a float so that SQL reads the same one."""
    text = repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    # Up to 15 digits a decimal is the float exactly; with more it has to be written as a float.
    digits = len(text.lstrip("-0.").replace(".", ""))
    return text if "e" not in text and digits <= 15 else f"{value:.17e}"


def sql_case(rules: Sequence[Rule]) -> str:
    """Return one SQL expression that names the segment of a customer."""
    cases = [f"    when {rule.sql} then {text_literal(rule.segment_id)}" for rule in rules]
    return "\n".join(["case", *cases, "end"])


def text_literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def _counted(sample: Sample, held_out: IntArray, rules: list[Rule]) -> list[dict[str, object]]:
    is_held_out = np.zeros(len(sample.labels), dtype=bool)
    is_held_out[held_out] = True
    fulfilled = [(rule, rule.holds(sample.raw, sample.features)) for rule in rules]
    fulfilled.sort(key=lambda pair: (-int(pair[1].sum()), pair[0].sql))
    case = sql_case([rule for rule, _ in fulfilled])
    columns = zip(sample.features, sample.raw.T, strict=True)
    with_gaps = {feature for feature, values in columns if np.isnan(values).any()}
    return [
        {
            "segmentation": sample.segmentation,
            "rule_number": place,
            "segment_id": rule.segment_id,
            "rule": rule.words(with_gaps),
            "sql_condition": rule.sql,
            "actual_segment_id": actual,
            "customers": int((sample.labels[holds] == actual).sum()),
            "holdout_customers": int((sample.labels[holds & is_held_out] == actual).sum()),
            "sql_case": case,
        }
        for place, (rule, holds) in enumerate(fulfilled, start=1)
        for actual in sorted(set(sample.labels[holds]))
    ]
