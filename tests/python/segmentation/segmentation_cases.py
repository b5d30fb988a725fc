"""Frames and clouds that the tests of the segmentation share."""

from __future__ import annotations

import numpy as np
import pandas as pd


def matrix_of(values, keys=None):
    values = np.asarray(values, dtype="float64")
    names = [f"f{column:02d}" for column in range(values.shape[1])]
    keys = [f"c{row:06d}" for row in range(len(values))] if keys is None else keys
    frame = pd.DataFrame(values, columns=names)
    frame.insert(0, "customer_key", pd.Series(keys, dtype="str"))
    return frame


def catalog_of(width, **overrides):
    rows = {
        "feature": [f"f{column:02d}" for column in range(width)],
        "feature_group": "all",
        "transform": "identity",
        "missing_rule": "median",
        "clip_lower_quantile": 0.0,
        "clip_upper_quantile": 1.0,
        "weight": 1.0,
        "segmentations": "s",
    }
    return pd.DataFrame(rows | overrides, index=range(width))


def blobs(count, width, k, distance, seed, scale=1.0):
    """Unit Gaussians with centres that are `distance` apart from each other; needs width >= k."""
    generator = np.random.default_rng(seed)
    turn = np.linalg.qr(generator.normal(size=(width, width)))[0]
    labels = np.arange(count) % k
    centres = turn[:k] * distance / np.sqrt(2)
    return scale * (centres[labels] + generator.normal(size=(count, width))), labels
