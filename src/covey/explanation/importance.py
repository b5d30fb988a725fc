"""Which features the segments hang on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from covey.explanation.frames import SEED, FloatArray, IntArray, Sample, rounded, samples, split
from covey.segmentation.frames import typed_frame
from covey.threads import one_thread

SAMPLE_SIZE = 6_000
HOLDOUT_SHARE = 1 / 3
TREES = 60
REPEATS = 5
BINS = 20

IMPORTANCE_TYPES = {
    "segmentation": "str",
    "feature": "str",
    "permutation_importance": "float64",
    "permutation_deviation": "float64",
    "mutual_information": "float64",
    "information_share": "float64",
    "importance_rank": "int64",
    "surrogate_accuracy": "float64",
    "baseline_accuracy": "float64",
    "customers": "int64",
    "holdout_customers": "int64",
}


def measure_feature_importance(customers: pd.DataFrame, catalog: pd.DataFrame) -> pd.DataFrame:
    """Measure how much the segments depend on each feature, in two ways.

    A random forest (Breiman 2001) learns the segments from the features. Of the customers that it
    has not seen, the values of one feature are exchanged by lot: the importance is how much of its
    accuracy it loses. It counts what no other feature can replace; mutual information (Shannon
    1948, in bits, less the bias of Miller 1955) counts what the feature says alone.

    Parameters
    ----------
    customers, catalog
        As `covey.explanation.samples` reads them; the first 6,000 customers by key count.

    Returns
    -------
    DataFrame
        `IMPORTANCE_TYPES`, one row per segmentation and feature that explains it, by rank.
        permutation_importance: mean loss of accuracy over five exchanges, permutation_deviation
        its standard deviation; information_share: mutual information over the entropy of the
        segments, 0 to 1; surrogate_accuracy: of the forest on the holdout; baseline_accuracy: of
        naming the largest segment for everybody. No rows for a segmentation of one segment, or
        whose holdout is empty.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    frames = []
    with one_thread():
        for sample in samples(customers, catalog):
            frames += _importance(sample.first(SAMPLE_SIZE))
    return typed_frame(frames, IMPORTANCE_TYPES)


def _importance(sample: Sample) -> list[dict[str, object]]:
    names, labels = np.unique(sample.labels.astype("str"), return_inverse=True)
    held_out = split(sample.labels, share=HOLDOUT_SHARE)
    if len(names) < 2 or len(held_out) == 0 or not sample.features:
        return []
    seen = np.setdiff1d(np.arange(len(labels)), held_out)
    # A forest sees order alone, so there is nothing to standardise, and reads gaps as they are.
    forest = RandomForestClassifier(
        n_estimators=TREES, min_samples_leaf=2, random_state=SEED, n_jobs=1
    ).fit(sample.raw[seen], labels[seen])
    losses = permutation_losses(forest, sample.raw[held_out], labels[held_out])
    information = [mutual_information(column, labels) for column in sample.raw.T]
    entropy = _entropy(np.bincount(labels))
    order = sorted(
        range(len(sample.features)),
        key=lambda d: (-rounded(losses[d].mean()), -rounded(information[d]), sample.features[d]),
    )
    return [
        {
            "segmentation": sample.segmentation,
            "feature": sample.features[column],
            "permutation_importance": rounded(losses[column].mean()),
            "permutation_deviation": rounded(losses[column].std(ddof=1)),
            "mutual_information": rounded(information[column]),
            "information_share": rounded(min(information[column] / entropy, 1.0)),
            "importance_rank": rank,
            "surrogate_accuracy": float(
                (forest.predict(sample.raw[held_out]) == labels[held_out]).mean()
            ),
            "baseline_accuracy": float(np.bincount(labels[held_out]).max() / len(held_out)),
            "customers": len(labels),
            "holdout_customers": len(held_out),
        }
        for rank, column in enumerate(order, start=1)
    ]


def permutation_losses(
    forest: RandomForestClassifier, values: FloatArray, labels: IntArray
) -> FloatArray:
    """Return the (d, repeats) loss of accuracy when one column is exchanged by lot.

    Parameters
    ----------
    forest
        Fitted to other customers.
    values
        (n, d) features.
    labels
        (n,) classes of the forest.
    """
    generator = np.random.default_rng(SEED)
    whole = float((forest.predict(values) == labels).mean())
    losses = np.zeros((values.shape[1], REPEATS))
    used = np.unique(np.concatenate([tree.tree_.feature for tree in forest.estimators_]))
    # What no tree reads can be exchanged without a loss.
    for column in used[used >= 0]:
        exchanged = np.tile(values, (REPEATS, 1))
        for repeat in range(REPEATS):
            rows = slice(repeat * len(values), (repeat + 1) * len(values))
            exchanged[rows, column] = generator.permutation(values[:, column])
        is_right = forest.predict(exchanged).reshape(REPEATS, -1) == labels
        losses[column] = whole - is_right.mean(axis=1)
    return losses


def mutual_information(values: FloatArray, labels: IntArray) -> float:
    """Mutual information of a feature and the segments, in bits, at least 0.

    The feature is cut at its twentieths; equal values stay together, and missing ones are a bin of
    their own. Of the plug-in estimate its bias, (cells - rows - columns + 1) / 2n nats (Miller
    1955), is taken off.

    Parameters
    ----------
    values
        (n,) feature; NaN where missing.
    labels
        (n,) segments as whole numbers from 0.
    """
    if len(values) == 0:
        return 0.0
    known = ~np.isnan(values)
    bins = np.full(len(values), BINS, dtype="intp")
    if known.any():
        cuts = np.quantile(values[known], np.arange(1, BINS) / BINS)
        bins[known] = np.searchsorted(np.unique(cuts), values[known], side="left")
    table = np.zeros((BINS + 1, int(labels.max()) + 1))
    np.add.at(table, (bins, labels), 1)
    rows, columns, cells = table.sum(axis=1), table.sum(axis=0), table.ravel()
    bits = _entropy(rows) + _entropy(columns) - _entropy(cells)
    surplus = sum(
        np.count_nonzero(counts) * sign for counts, sign in ((cells, 1), (rows, -1), (columns, -1))
    )
    return max(float(bits - (surplus + 1) / (2 * len(values) * np.log(2))), 0.0)


def _entropy(counts: np.ndarray) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
