"""The parameters of a matching, estimated."""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

import duckdb
import pandas as pd
import pyarrow as pa
from splink import Linker
from splink import __version__ as splink_version
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.exceptions import EMTrainingException

from covey.matching.model import (
    BLOCKING_RULES,
    BOUNDED,
    CERTAIN_PAIRS,
    COMPARISON,
    COMPARISONS,
    DEFAULT_SETTINGS,
    KEY,
    PARAMETER_TYPES,
    TRAINED,
    TRAINING_PASSES,
    MatchingSettings,
    Model,
    Parameter,
    applicable,
    as_rows,
    available,
    default_comparisons,
    default_prior,
    equal,
    rounded,
)
from covey.matching.pairs import ask, linker_of, make_blocks, score
from covey.matching.records import (
    STANDARD,
    check_records,
    count_records,
    database,
    filled_fields,
    used_fields,
)


def fit_matching(
    records: pd.DataFrame | pa.Table,
    *,
    random_state: int = 0,
    fitted_at_date: date | None = None,
    previous: pd.DataFrame | None = None,
    settings: MatchingSettings = DEFAULT_SETTINGS,
) -> pd.DataFrame:
    """Estimate the parameters of the matching of CRM records.

    1. The prior, to begin with: pairs that agree in enough to be certain, divided by the share of
       all pairs of one person they are taken to be (`prior_recall`).
    2. u of each level: its share among random pairs, less what the pairs of one person put in.
    3. m: by expectation maximisation with u held, over the pairs that share their names and those
       that share their birth date (or the next two of e-mail, phone, name and place); a level
       seen in both passes has the median of both.
    4. The prior: the share of all pairs that the model expects to be of one person. Then 2 to 4
       once more with what they found.

    What cannot be estimated (the level was never seen, the records are too few, no pass has a pair)
    has the default of `COMPARISONS`, and its source says so.

    Parameters
    ----------
    records
        record_id (unique text) and any of `FIELDS`, as text; birth_date also as a date. In any
        order. A field that is absent or empty throughout is not compared.
    random_state
        Changes which pairs are sampled.
    fitted_at_date
        Day that is written to parameters estimated now.
    previous
        What an earlier call returned. Returned as it is, if it was trained on the same fields with
        the same settings and random state: whoever was compared once is compared alike tomorrow.

    Returns
    -------
    DataFrame
        `PARAMETER_COLUMNS`. One row for the prior (`probability`: that two random records are one
        person), one for each level of each comparison, from 1, the most similar, on (`m`, `u`:
        shares of the level among pairs of one person, and of two; `match_weight`: log2(m / u);
        `term_frequency_column`: how frequent its value is replaces u), and one for each blocking
        rule (`sql_condition`: what a pair shares; how many pairs it compares, and how many not).
        m_source and u_source (of the prior: m_source) are trained, default, or bounded, where an
        estimate was moved to the bound of the settings.

    Raises
    ------
    ValueError
        If the records are not as declared.
    """
    fields = check_records(records)
    key = _settings_key(filled_fields(records, fields), random_state, settings)
    if previous is not None and _holds(previous, key):
        kept = previous.loc[previous["settings_key"] == key, list(PARAMETER_TYPES)]
        order = ["parameter", "name", "level"]
        return kept.sort_values(order, ignore_index=True).astype(PARAMETER_TYPES)
    with database(records, fields) as connection:
        used = used_fields(connection, fields)
        comparisons = default_comparisons(used)
        count = count_records(connection)
        model = Model(default_prior(count), comparisons)
        if count >= settings.least_records and comparisons:
            model = _estimate(connection, model, used, random_state, settings)
        rules = applicable(BLOCKING_RULES, used)
        counts = make_blocks(connection, rules, settings).values()
    return as_rows(model, dict(zip(rules, counts, strict=True)), count, key, fitted_at_date)


def _settings_key(filled: Sequence[str], random_state: int, settings: MatchingSettings) -> str:
    """SHA-256 of all that parameters follow from, the records aside."""
    parts = (splink_version, COMPARISONS, BLOCKING_RULES, TRAINING_PASSES, CERTAIN_PAIRS)
    text = repr((*parts, STANDARD, tuple(filled), random_state, asdict(settings)))
    return hashlib.sha256(text.encode()).hexdigest()


def _holds(previous: pd.DataFrame, key: str) -> bool:
    if previous.empty or not set(PARAMETER_TYPES) <= set(previous.columns):
        return False
    mine = previous.loc[(previous["settings_key"] == key) & (previous["parameter"] == COMPARISON)]
    return bool((mine["m_source"] == TRAINED).any())


def _estimate(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    used: Sequence[str],
    random_state: int,
    settings: MatchingSettings,
) -> Model:
    prior = _certain_prior(connection, model, used, settings)
    if prior is None:
        return model
    model = replace(model, prior=prior, prior_source=TRAINED)
    shares = _random_shares(connection, model, random_state, settings)
    # The second time with what the first has found: u needs the prior and m, and they need u.
    for _ in range(2):
        model = _with_u(model, shares, settings)
        model = _with_m(connection, model, used, settings)
        model = _with_expected_prior(connection, model, used, random_state, settings)
    return model


def _certain_prior(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    used: Sequence[str],
    settings: MatchingSettings,
) -> float | None:
    """Estimate the prior from pairs that are certain; None if they are too few to learn from."""
    rules: list[str | BlockingRuleCreator] = [
        equal(columns) for columns in CERTAIN_PAIRS if available(columns, used)
    ]
    if not rules:
        return None
    linker = linker_of(connection, model)
    try:
        linker.training.estimate_probability_two_random_records_match(
            rules, recall=settings.prior_recall
        )
    except ValueError:
        # Splink refuses more certain pairs than the recall allows: nearly all records are equal.
        return None
    prior = float(linker.misc.save_model_to_json()["probability_two_random_records_match"])
    count = count_records(connection)
    certain = prior * settings.prior_recall * count * (count - 1) / 2
    # A hair of room: the number of pairs comes out of a division.
    return rounded(prior) if prior < 1 and certain > settings.least_certain_pairs - 0.5 else None


def _random_shares(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    random_state: int,
    settings: MatchingSettings,
) -> dict[tuple[str, str], float]:
    """Return the share of each level among random pairs."""
    # Sampled here, not by Splink: its hash is another one in another version of DuckDB.
    most = math.isqrt(2 * settings.sample_pairs)
    connection.execute(
        f"""
        create or replace table sampled as
        select * from records where {KEY} in ({_sample(most, random_state)})
        """
    )
    linker = linker_of(connection, model, table="sampled")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=settings.sample_pairs, seed=random_state, min_count_per_level=None
    )
    return _found(linker, "u_probability")


def _sample(count: int, random_state: int) -> str:
    """Write the SQL of a random sample of record ids, the same for any order of the records."""
    by = f"md5({KEY} || '|{int(random_state)}'), {KEY}"
    return f"select {KEY} from records order by {by} limit {count}"


def _with_u(
    model: Model, shares: Mapping[tuple[str, str], float], settings: MatchingSettings
) -> Model:
    def apart(parameter: Parameter, share: float) -> Parameter:
        # Random pairs are a mixture: the prior's part of one person, the rest of two.
        u = (share - model.prior * parameter.m) / (1 - model.prior)
        bound = min(max(u, settings.least_u_of_share * share, settings.least_u), 1.0)
        return replace(parameter, u=rounded(bound), u_source=TRAINED if bound == u else BOUNDED)

    return _updated(model, shares, apart)


def _with_expected_prior(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    used: Sequence[str],
    random_state: int,
    settings: MatchingSettings,
) -> Model:
    """Replace the prior by the share of pairs that the model expects to be of one person."""
    count = count_records(connection)
    share = min(settings.prior_records / count, 1.0)
    if is_sampled := share < 1:
        ask(connection, _sample(settings.prior_records, random_state))
    rules = applicable(BLOCKING_RULES, used)
    scored = score(connection, model, rules, 0.001, settings, only_asked=is_sampled)
    if scored is None:
        return model
    # A pair is as likely to be looked at as one of its records is in the sample, or both.
    weight = f"(is_asked_l::int + is_asked_r::int) / {2 * share!r}" if is_sampled else "1"
    rows = connection.sql(f"select match_probability * {weight} from {scored}").fetchall()
    # fsum: the same to the last digit in whatever order the pairs come.
    expected = math.fsum(value for (value,) in rows) / (count * (count - 1) / 2)
    if not 0 < expected < 1:
        return model
    return replace(model, prior=rounded(expected), prior_source=TRAINED)


def _with_m(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    used: Sequence[str],
    settings: MatchingSettings,
) -> Model:
    # Sums of floats: one thread adds them in the same order on any machine.
    connection.execute("set threads = 1")
    linker = linker_of(connection, model, with_u=True)
    blocked: set[str] = set()
    passes = 0
    for columns in TRAINING_PASSES:
        if passes == 2 or blocked & set(columns) or not available(columns, used):
            continue
        with contextlib.suppress(EMTrainingException):
            linker.training.estimate_parameters_using_expectation_maximisation(
                equal(columns),
                estimate_without_term_frequencies=True,
                max_pairs=settings.sample_pairs,
                record_sample_proportion=1.0,
            )
            blocked |= set(columns)
            passes += 1
    connection.execute("reset threads")

    def trained(parameter: Parameter, share: float) -> Parameter:
        bound = max(share, settings.least_m)
        return replace(parameter, m=rounded(bound), m_source=TRAINED if bound == share else BOUNDED)

    return _updated(model, _found(linker, "m_probability"), trained)


def _found(linker: Linker, parameter: str) -> dict[tuple[str, str], float]:
    """Return what Splink estimated by comparison and label; levels never seen are absent."""
    return {
        (comparison["output_column_name"], level["label_for_charts"]): float(level[parameter])
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if parameter in level
    }


def _updated(
    model: Model,
    found: Mapping[tuple[str, str], float],
    update: Callable[[Parameter, float], Parameter],
) -> Model:
    return replace(
        model,
        comparisons={
            name: tuple(
                update(parameter, found[name, parameter.level.label])
                if (name, parameter.level.label) in found
                else parameter
                for parameter in parameters
            )
            for name, parameters in model.comparisons.items()
        },
    )
