"""Customers with segments, and catalogs of their features, for the tests of the explanations."""

from __future__ import annotations

import numpy as np
import pandas as pd


def customers_of(values, labels, segmentation="s"):
    """Return one row per customer: columns f00, f01, ... and the segment."""
    values = np.asarray(values, dtype="float64")
    frame = pd.DataFrame({f"f{column:02d}": values[:, column] for column in range(values.shape[1])})
    frame.insert(0, "segment_id", pd.Series([str(label) for label in labels], dtype="str"))
    frame.insert(0, "customer_key", [f"c{row:06d}" for row in range(len(values))])
    frame.insert(0, "segmentation", segmentation)
    return frame


def catalog_of(width, **overrides):
    """Return one row per feature f00, f01, ... of the segmentation s."""
    rows = {
        "feature": [f"f{column:02d}" for column in range(width)],
        "transform": "identity",
        "segmentations": "s",
        "is_protected": False,
    }
    return pd.DataFrame(rows | overrides, index=range(width))


def blobs(count, width, k, distance, seed):
    """Return unit Gaussians around k centres on the axes, and which one each point is of."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % k
    return generator.normal(size=(count, width)) + distance * np.eye(k, width)[labels], labels


def shuffled(frame, seed=5):
    return frame.sample(frac=1.0, random_state=seed)
