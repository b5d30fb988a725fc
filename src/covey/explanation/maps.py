"""Customers on a plane, so that one sees how segments lie to each other."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import sklearn
from sklearn.manifold import TSNE

from covey.explanation.frames import SEED, FloatArray, Sample, rounded, samples
from covey.segmentation.frames import require_columns, typed_frame
from covey.threads import one_thread

SAMPLE_SIZE = 1_500
PERPLEXITY = 30.0
ITERATIONS = 500
LEAST_FOR_TSNE = 5
"""Customers: with fewer there are no neighbours to keep."""

LEAST_SHARED = 3
"""Customers that two maps need in common to be laid over each other."""

MAP_TYPES = {
    "map": "str",
    "segmentation": "str",
    "customer_key": "str",
    "pca_x": "float64",
    "pca_y": "float64",
    "tsne_x": "float64",
    "tsne_y": "float64",
    "pca_variance_share": "float64",
    "fit_key": "str",
}
MAP = "segments"
"""All rows are of one map: a run replaces every row of the run before."""


def draw_segment_maps(
    customers: pd.DataFrame, catalog: pd.DataFrame, previous: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Draw a sample of each segmentation on a plane, by PCA and by t-SNE.

    Principal components (Pearson 1901; Hotelling 1933) keep distances as far as two axes can; the
    sign of an axis is such that its largest weight is positive. t-SNE (van der Maaten and Hinton
    2008; Barnes-Hut, van der Maaten 2014), started from the first two components as Kobak and
    Berens (2019) advise, keeps neighbours: how far apart or how large its groups are says little.

    Parameters
    ----------
    customers, catalog
        As `covey.explanation.samples` reads them; the first 1,500 customers by key are drawn.
    previous
        What an earlier call returned. A segmentation whose `fit_key` (features, scales and
        customers of the sample) is the same keeps its rows. A new map is turned to lie as the old
        one did on the customers of both: an axis of the PCA by its sign, t-SNE by the rotation or
        reflection that brings it nearest (orthogonal Procrustes, Schönemann 1966).

    Returns
    -------
    DataFrame
        `MAP_TYPES`, one row per segmentation and customer, by key. pca_variance_share: of the two
        axes together. tsne_x and tsne_y are null with fewer than five customers; coordinates are 0
        where no feature varies.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    if previous is not None:
        require_columns(previous, MAP_TYPES, "the previous map")
    frames = [typed_frame([], MAP_TYPES)]
    with one_thread():
        for sample in samples(customers, catalog):
            first = sample.first(SAMPLE_SIZE)
            key = fit_key(first)
            old = _rows_of(previous, sample.segmentation)
            if len(old) == len(first.keys) and (old["fit_key"] == key).all():
                frames.append(old[list(MAP_TYPES)].astype(MAP_TYPES))
            else:
                frames.append(_drawn(first, key, old))
    return pd.concat(frames, ignore_index=True)


def _rows_of(previous: pd.DataFrame | None, segmentation: str) -> pd.DataFrame:
    if previous is None:
        return typed_frame([], MAP_TYPES)
    rows = previous.loc[previous["segmentation"] == segmentation]
    return rows.sort_values("customer_key", kind="stable", ignore_index=True)


def fit_key(sample: Sample) -> str:
    """Return the SHA-256 of all that a map depends on."""
    digest = hashlib.sha256()
    settings = (SAMPLE_SIZE, PERPLEXITY, ITERATIONS, SEED, sklearn.__version__)
    digest.update(repr((settings, sample.features, sample.is_log.tolist())).encode())
    digest.update("\n".join(sample.keys).encode())
    digest.update(np.ascontiguousarray(sample.raw).tobytes())
    return digest.hexdigest()


def _drawn(sample: Sample, key: str, old: pd.DataFrame) -> pd.DataFrame:
    points = sample.points()
    pca, share = principal_plane(points)
    tsne = neighbour_map(points, pca)
    shared = pd.Index(sample.keys).intersection(pd.Index(old["customer_key"]), sort=False)
    here = pd.Index(sample.keys).get_indexer(shared)
    there = old.set_index("customer_key").loc[shared]
    if len(shared) >= LEAST_SHARED:
        pca = turned_by_sign(pca, here, there[["pca_x", "pca_y"]].to_numpy(dtype="float64"))
        tsne = turned(tsne, here, there[["tsne_x", "tsne_y"]].to_numpy(dtype="float64"))
    columns: dict[str, object] = {
        name: [rounded(value) for value in coordinates]
        for name, coordinates in (
            ("pca_x", pca[:, 0]),
            ("pca_y", pca[:, 1]),
            ("tsne_x", tsne[:, 0]),
            ("tsne_y", tsne[:, 1]),
        )
    }
    columns |= {
        "map": MAP,
        "segmentation": sample.segmentation,
        "customer_key": sample.keys,
        "pca_variance_share": rounded(share),
        "fit_key": key,
    }
    return typed_frame(columns, MAP_TYPES)


def principal_plane(points: FloatArray) -> tuple[FloatArray, float]:
    """Return the (n, 2) first principal components and their share of the variance.

    The weight of an axis with the largest absolute value is positive; of equal ones the first. An
    axis that the points do not have is 0.
    """
    plane = np.zeros((len(points), 2))
    if points.shape[1] == 0 or len(points) == 0:
        return plane, 0.0
    centred = points - points.mean(axis=0)
    _, spread, axes = np.linalg.svd(centred, full_matrices=False)
    for place, axis in enumerate(axes[:2]):
        # Rounded, so that weights that are equal but for the last bit count as equal.
        largest = axis[np.argmax(np.round(np.abs(axis), 9))]
        plane[:, place] = centred @ axis * np.sign(largest)
    total = float(np.square(spread).sum())
    return plane, float(np.square(spread[:2]).sum() / total) if total > 0.0 else 0.0


def neighbour_map(points: FloatArray, start: FloatArray) -> FloatArray:
    """Return the (n, 2) t-SNE of `points`, started from `start`; NaN with too few points."""
    if len(points) < LEAST_FOR_TSNE:
        return np.full((len(points), 2), np.nan)
    if points.shape[1] == 0:
        return np.zeros((len(points), 2))
    deviation = float(start[:, 0].std())
    embedding: FloatArray = TSNE(
        perplexity=min(PERPLEXITY, (len(points) - 1) / 3),
        init=(start / deviation * 1e-4).astype("float32"),
        learning_rate="auto",
        max_iter=ITERATIONS,
        random_state=SEED,
        n_jobs=1,
    ).fit_transform(points.astype("float32"))
    centred = embedding.astype("float64")
    return np.asarray(centred - centred.mean(axis=0))


def turned_by_sign(plane: FloatArray, here: np.ndarray, old: FloatArray) -> FloatArray:
    """Flip the axes of `plane` that run against `old` on the customers of both.

    Parameters
    ----------
    plane
        (n, 2) coordinates.
    here
        (m,) positions of the customers of both.
    old
        (m, 2) where they lay.
    """
    new = plane[here]
    agreement = ((new - new.mean(axis=0)) * (old - old.mean(axis=0))).sum(axis=0)
    return np.asarray(plane * np.where(agreement < 0.0, -1.0, 1.0))


def turned(plane: FloatArray, here: np.ndarray, old: FloatArray) -> FloatArray:
    """Rotate, mirror and move `plane` to lie nearest to `old` on the customers of both.

    Distances stay as they are. Customers that either map does not place are passed over.
    """
    known = np.isfinite(plane[here]).all(axis=1) & np.isfinite(old).all(axis=1)
    if known.sum() < LEAST_SHARED:
        return plane
    new, target = plane[here][known], old[known]
    left, _, right = np.linalg.svd((new - new.mean(axis=0)).T @ (target - target.mean(axis=0)))
    moved: FloatArray = (plane - new.mean(axis=0)) @ (left @ right) + target.mean(axis=0)
    return moved
