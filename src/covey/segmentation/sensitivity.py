"""How much the segments owe to the values that were filled in for missing ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.metrics import adjusted_rand_score

from covey.segmentation.algorithms import Algorithm, Variant
from covey.segmentation.candidates import chosen_in
from covey.segmentation.catalog import MISSING_SUFFIX, check_catalog
from covey.segmentation.fitting import Part, fit, of_stage
from covey.segmentation.frames import NONE, SENSITIVITY_TYPES, FloatArray, IntArray, typed_frame
from covey.segmentation.indices import spread_sample
from covey.segmentation.preprocessing import Prepared, prepare, sort_by_key
from covey.segmentation.retraining import records
from covey.segmentation.settings import SegmentationSettings, parse_settings
from covey.threads import one_thread

STABLE, SENSITIVE, NOTHING, NOT_MEASURED = (
    "stable",
    "sensitive",
    "nothing to impute",
    "not measured",
)
"""The verdicts."""

ROUNDS = 5
"""Rounds of chained regressions in one imputation, as in the R package mice."""


def measure_imputation_sensitivity(
    matrix: pd.DataFrame,
    catalog: pd.DataFrame,
    candidates: pd.DataFrame,
    settings: Mapping[str, Mapping[str, object] | None],
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Impute several times at random, fit the chosen candidate to each, and compare the segments.

    Multiple imputation (Rubin 1987) by chained equations (van Buuren and Groothuis-Oudshoorn
    2011): every missing value that is not a structural zero is drawn from the predictive
    distribution of a Bayesian ridge regression on all other features, on the transformed scale,
    within the range of the values seen; `imputations` times, on a sample. If the segments hang on
    what was filled in, the labels of two imputations disagree.

    Parameters
    ----------
    matrix, catalog, settings
        As given to `evaluate_candidates`.
    candidates
        What `evaluate_candidates` returned for them.
    previous
        What an earlier call returned. A segmentation whose candidates have not been fitted again
        since keeps its row.

    Returns
    -------
    DataFrame
        `SENSITIVITY_TYPES`, one row per segmentation with customers. missing_share: share of the
        customers of the sample with a value to impute; mean_ari, min_ari: adjusted Rand index
        (Hubert and Arabie 1985) between the labels of each two imputations; deployed_ari: mean of
        those with the labels of the deployed model. verdict: 'stable' if min_ari is at least
        `min_imputation_ari`, else 'sensitive'; 'nothing to impute'; 'not measured' with fewer than
        two imputations. The figures are null without imputations.

    Raises
    ------
    ValueError
        If an input is not as declared.
    """
    parsed = parse_settings(settings)
    ordered, checked = sort_by_key(matrix), check_catalog(catalog)
    structural = set(checked.loc[checked["missing_rule"] == "zero", "feature"])
    choose = chosen_in(candidates)
    earlier = [] if previous is None else records(previous)
    rows: list[dict[str, object]] = []
    with one_thread():
        for options in parsed.values():
            key = _measure_key(candidates, options)
            known = [row for row in earlier if row["fit_key"] == key]
            if known:
                rows += known
                continue
            # Of two stages the first: the second has customers of its own in each of its groups.
            prepared = prepare(ordered, of_stage(checked, options, 0), options)
            if len(prepared.points) == 0:
                continue
            algorithm, variant = choose(Part(NONE, prepared))
            is_missing = ~np.isfinite(prepared.raw)
            for column, feature in enumerate(prepared.preprocessing.features):
                if feature in structural or feature.endswith(MISSING_SUFFIX):
                    is_missing[:, column] = False
            rows.append({**_row(prepared, algorithm, variant, is_missing), "fit_key": key})
    return typed_frame(rows, SENSITIVITY_TYPES)


def _measure_key(candidates: pd.DataFrame, settings: SegmentationSettings) -> str:
    """SHA-256 of the fit of the candidates of a segmentation, and of how it is measured here."""
    mine = candidates.loc[candidates["segmentation"] == settings.segmentation]
    chosen = mine.loc[mine["is_chosen"].astype("bool"), ["part", "candidate_id", "fit_key"]]
    options = (settings.imputations, settings.imputation_sample_size, settings.min_imputation_ari)
    text = f"{options}|{chosen.to_json(orient='split', index=False)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _row(
    prepared: Prepared, algorithm: Algorithm, variant: Variant, is_missing: np.ndarray
) -> dict[str, object]:
    settings = prepared.settings
    sampled = spread_sample(
        len(prepared.points), settings.imputation_sample_size, random_state=settings.seed
    )
    is_missing = is_missing[sampled]
    row: dict[str, object] = {
        "segmentation": settings.segmentation,
        "candidate_id": variant.candidate_id,
        "customers": len(sampled),
        "imputations": 0,
        "missing_share": float(is_missing.any(axis=1).mean()),
        "mean_ari": np.nan,
        "min_ari": np.nan,
        "deployed_ari": np.nan,
    }
    if settings.imputations < 2:
        return {**row, "verdict": NOT_MEASURED}
    if not is_missing.any():
        return {**row, "verdict": NOTHING}
    deployed = fit(prepared, algorithm, variant).score(prepared.points[sampled]).index
    labels: list[IntArray] = []
    for number in range(settings.imputations):
        points = impute_at_random(
            prepared, sampled, is_missing, random_state=settings.seed + number
        )
        labels.append(fit(replace(prepared, points=points), algorithm, variant).score(points).index)
    pairs = [float(adjusted_rand_score(one, other)) for one, other in combinations(labels, 2)]
    lowest = min(pairs)
    return {
        **row,
        "imputations": settings.imputations,
        "mean_ari": float(np.mean(pairs)),
        "min_ari": lowest,
        "deployed_ari": float(np.mean([adjusted_rand_score(deployed, one) for one in labels])),
        "verdict": STABLE if lowest >= settings.min_imputation_ari else SENSITIVE,
    }


def impute_at_random(
    prepared: Prepared, sampled: IntArray, is_missing: np.ndarray, *, random_state: int
) -> FloatArray:
    """Return the (n, q) points of some customers with their missing values drawn at random.

    Parameters
    ----------
    prepared
        The segmentation.
    sampled
        (n,) positions of the customers.
    is_missing
        (n, d) what to draw.
    random_state
        Seed of the draws.
    """
    fitted = prepared.preprocessing
    transformed = fitted.transformed(prepared.raw, prepared.groups)[sampled]
    values = (transformed - fitted.center) / fitted.scale
    lower = np.where(is_missing, np.inf, values).min(axis=0)
    upper = np.where(is_missing, -np.inf, values).max(axis=0)
    # A feature that nobody of the sample has stays as the deployed model fills it.
    drawn = is_missing & np.isfinite(lower)
    imputer = IterativeImputer(
        sample_posterior=True,
        max_iter=ROUNDS,
        random_state=random_state,
        min_value=np.where(np.isfinite(lower), lower, -np.inf),
        max_value=np.where(np.isfinite(upper), upper, np.inf),
    )
    imputed: FloatArray = imputer.fit_transform(np.where(drawn, np.nan, values))
    return fitted.reduced(imputed * fitted.weight)
