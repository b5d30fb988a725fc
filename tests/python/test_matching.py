from __future__ import annotations

import json
import logging
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from covey import matching
from covey.matching import (
    COMPARED_COLUMNS,
    FIELDS,
    MATCH_COLUMNS,
    MATCH_TYPES,
    PARAMETER_COLUMNS,
    MatchingSettings,
    count_blocks,
    fit_matching,
    match_records,
    update_matches,
)

SYLLABLES = ["ba", "do", "fe", "gi", "ku", "la", "mo", "ne", "pi", "ru", "sa", "to", "ve", "wi"]
SETTINGS = MatchingSettings(sample_pairs=50_000)


def people(count: int = 300, doubles: int = 60) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Return people, some of them twice with errors, and the pairs that are one person."""
    rng = np.random.default_rng(7)

    def words(parts: int) -> list[str]:
        return ["".join(rng.choice(SYLLABLES, parts)).title() for _ in range(count)]

    days = rng.integers(0, 18_000, count)
    records = pd.DataFrame(
        {
            "record_id": [f"r{number:04d}" for number in range(count)],
            "first_name": words(2),
            "last_name": words(3),
            "birth_date": (np.datetime64("1950-01-01") + days).astype(str),
            "email": [f"user{number}@mail.example" for number in rng.permutation(10_000)[:count]],
            "phone": [f"+49151{number}" for number in rng.permutation(9_000_000)[:count]],
            "address": [f"{street} {number}" for number, street in enumerate(words(4))],
            "city": rng.choice(["Ulm", "Köln", "Trier"], count),
            "postal_code": [f"{number:05d}" for number in rng.integers(0, 99_999, count)],
        }
    )
    again = records.head(doubles).assign(record_id=lambda rows: "s" + rows["record_id"])
    again["email"] = None
    last = again["last_name"]
    again["last_name"] = last.where(again.index % 4 == 0, last.str[:2] + last.str[3:])
    again.loc[again.index % 2 == 0, "phone"] = None
    again.loc[again.index % 3 == 0, "birth_date"] = None
    pairs = set(zip(records["record_id"].head(doubles), again["record_id"], strict=True))
    return pd.concat([records, again], ignore_index=True), pairs


@pytest.fixture(scope="module")
def fitted() -> tuple[pd.DataFrame, set[tuple[str, str]], pd.DataFrame]:
    records, pairs = people()
    parameters = fit_matching(records, fitted_at_date=date(2026, 1, 31), settings=SETTINGS)
    return records, pairs, parameters


def found(matches: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(matches["record_id_a"], matches["record_id_b"], strict=True))


def test_planted_pairs_are_found_and_no_others(fitted):
    records, pairs, parameters = fitted
    matches = match_records(records, parameters, least_probability=0.95)
    assert found(matches) == pairs
    assert tuple(matches.columns) == MATCH_COLUMNS
    assert (matches["record_id_a"] < matches["record_id_b"]).all()
    assert matches["match_probability"].between(0.95, 1).all()


def test_parameters_are_readable_and_say_where_they_come_from(fitted):
    _, pairs, parameters = fitted
    assert tuple(parameters.columns) == PARAMETER_COLUMNS
    prior = parameters.loc[parameters["parameter"] == "prior"].iloc[0]
    assert prior["m_source"] == "trained"
    assert prior["probability"] == pytest.approx(len(pairs) / (360 * 359 / 2), rel=0.1)
    levels = parameters.loc[parameters["parameter"] == "comparison"]
    assert set(levels["name"]) == {
        "first_name", "last_name", "birth_date", "email", "phone", "address",
    }  # fmt: skip
    assert set(levels["m_source"]) <= {"trained", "default", "bounded"}
    assert {"trained", "default"} <= set(levels["m_source"])
    assert levels["m"].between(0, 1).all()
    assert levels["u"].between(0, 1).all()
    assert np.allclose(levels["match_weight"], np.log2(levels["m"] / levels["u"]))
    assert set(parameters["fitted_at_date"]) == {date(2026, 1, 31)}
    assert parameters["settings_key"].nunique() == 1


def test_row_order_and_container_do_not_matter(fitted):
    records, _, parameters = fitted
    shuffled = records.sample(frac=1, random_state=3)
    again = fit_matching(
        pa.Table.from_pandas(shuffled, preserve_index=False),
        fitted_at_date=date(2026, 1, 31),
        settings=SETTINGS,
    )
    pd.testing.assert_frame_equal(parameters, again)
    pd.testing.assert_frame_equal(
        match_records(records, parameters, least_probability=0.01),
        match_records(shuffled, again, least_probability=0.01),
    )


def test_evidence_adds_up_and_quotes_nobody(fitted):
    records, _, parameters = fitted
    matches = match_records(records, parameters, least_probability=0)
    assert len(matches) > 60
    values = {
        str(value).lower()
        for field in FIELDS
        for value in records[field].dropna()
        if len(str(value)) > 3
    }
    for row in matches.itertuples():
        steps = json.loads(row.evidence)
        assert steps[0]["comparison"] == "prior"
        assert {"comparison", "level", "weight", "term_frequency_weight"} == set(steps[0])
        total = sum(step["weight"] + step["term_frequency_weight"] for step in steps)
        assert total == pytest.approx(row.match_weight, abs=1e-5)
        assert row.match_probability == pytest.approx(1 / (1 + 2**-row.match_weight))
        assert not [value for value in values if value in row.evidence.lower()]


def test_case_accents_and_blanks_do_not_matter(fitted):
    records, _, parameters = fitted
    noisy = records.copy()
    for field in ("first_name", "last_name", "address", "city"):
        noisy[field] = "  " + noisy[field].str.upper().str.replace("Ö", "O") + " "
    noisy["email"] = noisy["email"].str.title() + " "
    noisy["phone"] = noisy["phone"].str.replace("+49151", "+49 151 / ")
    noisy["postal_code"] = noisy["postal_code"].str[:2] + " " + noisy["postal_code"].str[2:]
    pd.testing.assert_frame_equal(
        match_records(records, parameters, least_probability=0.01),
        match_records(noisy, parameters, least_probability=0.01),
    )


def test_trained_parameters_are_kept_until_the_settings_change(fitted):
    records, _, parameters = fitted
    more = records.assign(record_id=lambda rows: "t" + rows["record_id"], email=records["phone"])
    kept = fit_matching(
        more, previous=parameters, fitted_at_date=date(2027, 1, 1), settings=SETTINGS
    )
    pd.testing.assert_frame_equal(kept, parameters)
    for changed in (
        fit_matching(records, previous=parameters, random_state=1, settings=SETTINGS),
        fit_matching(records.drop(columns="phone"), previous=parameters, settings=SETTINGS),
    ):
        assert changed["settings_key"].iloc[0] != parameters["settings_key"].iloc[0]
        assert changed["fitted_at_date"].isna().all()


def test_few_records_have_default_parameters_and_still_match():
    records, pairs = people(30, 6)
    parameters = fit_matching(records)
    levels = parameters.loc[parameters["parameter"] != "blocking rule"]
    assert set(levels["m_source"]) == {"default"}
    assert found(match_records(records, parameters, least_probability=0.9)) == pairs
    # Defaults are not kept: there may be enough to learn from tomorrow.
    later, _ = people()
    trained = fit_matching(later, previous=parameters, settings=SETTINGS)
    assert "trained" in set(trained["m_source"])


def test_without_a_pair_to_learn_from_parameters_are_defaults():
    records, _ = people(150, 0)
    parameters = fit_matching(records, settings=SETTINGS)
    assert set(parameters["m_source"].dropna()) == {"default"}
    assert match_records(records, parameters, least_probability=0.5).empty


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_record_have_no_pair(count):
    records = people(30, 6)[0].head(count)
    parameters = fit_matching(records)
    matches = match_records(records, parameters, least_probability=0.5)
    assert matches.empty
    assert matches.dtypes.astype(str).to_dict() == MATCH_TYPES
    assert set(count_blocks(records, parameters)["pair_count"]) <= {0}


def test_fields_without_a_value_are_not_compared():
    records, _ = people(30, 6)
    empty = records.assign(phone=None, city="  ")
    absent = records.drop(columns=["phone", "city"])
    parameters = fit_matching(empty)
    assert "phone" not in set(parameters["name"])
    pd.testing.assert_frame_equal(parameters, fit_matching(absent))
    nothing = records.assign(**dict.fromkeys(FIELDS))
    assert set(fit_matching(nothing)["parameter"]) == {"prior"}
    assert match_records(nothing, parameters, least_probability=0.5).empty


def test_what_is_not_as_declared_is_refused(fitted):
    records, _, parameters = fitted
    with pytest.raises(ValueError, match="1 of 361 records repeat the record_id"):
        fit_matching(pd.concat([records, records.head(1)]))
    with pytest.raises(ValueError, match="2 of 360 records have a null record_id"):
        fit_matching(records.assign(record_id=records["record_id"].where(records.index > 1)))
    with pytest.raises(ValueError, match="records lack the column 'record_id'"):
        fit_matching(records.drop(columns="record_id"))
    with pytest.raises(ValueError, match="need at least one of"):
        fit_matching(records[["record_id"]])
    with pytest.raises(ValueError, match=r"parameters lack the columns \['m', 'u'\]"):
        match_records(records, parameters.drop(columns=["m", "u"]), least_probability=0.5)
    with pytest.raises(ValueError, match=r"from 0 to 1, got 1\.5"):
        match_records(records, parameters, least_probability=1.5)


def test_large_blocks_are_left_out_and_counted(fitted, caplog):
    records, pairs, parameters = fitted
    everybody = count_blocks(records, parameters).set_index("rule")
    assert everybody["left_out_pair_count"].sum() == 0
    crowd = pd.DataFrame(
        {
            "record_id": [f"z{number:03d}" for number in range(80)],
            "last_name": [f"Other{number:03d}" for number in range(80)],
            "email": records["email"].iloc[100],
        }
    )
    more = pd.concat([records, crowd], ignore_index=True)
    settings = MatchingSettings(max_block_records=50)
    blocks = count_blocks(more, parameters, settings=settings).set_index("rule")
    assert blocks.loc["l.email = r.email", "largest_block"] == 81
    assert blocks.loc["l.email = r.email", "left_out_pair_count"] == 81 * 80 // 2
    with caplog.at_level(logging.WARNING, logger="covey.matching"):
        matches = match_records(more, parameters, least_probability=0.95, settings=settings)
    assert "pairs of too large blocks" in caplog.text
    assert found(matches) == pairs
    nothing = MatchingSettings(max_pairs_per_record=0, free_pairs=0)
    assert match_records(records, parameters, least_probability=0, settings=nothing).empty
    left = count_blocks(records, parameters, settings=nothing)
    assert left["left_out_pair_count"].sum() == everybody["pair_count"].sum()


def test_swapped_names_and_days_are_seen(fitted):
    records, _, parameters = fitted
    first = records.iloc[[200]].assign(birth_date="1980-03-07")
    second = first.assign(
        record_id="x",
        first_name=first["last_name"],
        last_name=first["first_name"],
        birth_date="1980-07-03",
        email=None,
        phone=None,
    )
    pair = pd.concat([records.drop(index=200), first, second], ignore_index=True)
    matches = match_records(pair, parameters, least_probability=0.95)
    row = matches.loc[matches["record_id_b"] == "x"].iloc[0]
    levels = {step["comparison"]: step["level"] for step in json.loads(row["evidence"])}
    assert levels["first_name"] == "swapped with last name"
    assert levels["last_name"] is None
    assert levels["birth_date"] == "day and month swapped"


def test_a_value_of_very_many_is_nobodys(fitted):
    records, _, parameters = fitted
    unknown = records.assign(phone=records["phone"].where(records.index % 2 == 0, "+490000000"))
    known = records.assign(phone=records["phone"].where(records.index % 2 == 0))
    pd.testing.assert_frame_equal(
        match_records(unknown, parameters, least_probability=0.5),
        match_records(known, parameters, least_probability=0.5),
    )


def test_defaults_are_shares():
    for name, levels in matching.COMPARISONS.items():
        assert sum(level.u for level in levels) == pytest.approx(1, abs=0.01), name
        assert sum(level.m for level in levels) == pytest.approx(1, abs=0.02), name
        assert levels[-1].condition == "else"


def pairs_of(compared: pa.Table) -> pd.DataFrame:
    """Return the pairs of `update_matches` as `match_records` does."""
    rows = compared.to_pandas()
    rows = rows.loc[rows["record_id_a"] != rows["record_id_b"], list(MATCH_TYPES)]
    return rows.reset_index(drop=True).astype(MATCH_TYPES)


def test_only_what_has_changed_is_compared_again(fitted):
    records, _, parameters = fitted
    first = update_matches(records, parameters, least_probability=0.5)
    assert tuple(first.column_names) == COMPARED_COLUMNS
    everything = match_records(records, parameters, least_probability=0.5)
    pd.testing.assert_frame_equal(pairs_of(first), everything)
    assert set(first["record_id_a"].to_pylist()) == set(records["record_id"])
    assert update_matches(records, parameters, least_probability=0.5, previous=first) == first

    # Of a pair that is not compared again even a wrong probability stays.
    planted = first.to_pandas()
    is_pair = planted["record_id_a"] != planted["record_id_b"]
    planted.loc[is_pair, "match_probability"] = 0.75
    gone, changed = "sr0000", "sr0001"
    later = records.loc[records["record_id"] != gone].copy()
    later.loc[later["record_id"] == changed, "postal_code"] = "00000"
    new = later.loc[later["record_id"] == "r0002"].assign(record_id="new")
    later = pd.concat([new, later.sample(frac=1, random_state=1)], ignore_index=True)
    second = update_matches(
        later,
        parameters,
        least_probability=0.5,
        previous=pa.Table.from_pandas(planted, schema=first.schema, preserve_index=False),
    )
    kept, full = pairs_of(second), match_records(later, parameters, least_probability=0.5)
    assert found(kept) == found(full)
    touched = [{changed, "new"} & {row.record_id_a, row.record_id_b} for row in kept.itertuples()]
    is_touched = np.array([bool(ids) for ids in touched])
    assert 2 <= is_touched.sum() < 10
    pd.testing.assert_frame_equal(kept[is_touched], full[is_touched])
    assert set(kept.loc[~is_touched, "match_probability"]) == {0.75}
    assert gone not in set(second["record_id_a"].to_pylist())


def test_what_a_score_follows_from_has_changed_and_all_are_compared_again(fitted):
    records, _, parameters = fitted
    stale = update_matches(records, parameters, least_probability=0.5).to_pandas()
    stale["match_probability"] = 0.75
    previous = pa.Table.from_pandas(stale, preserve_index=False)
    surer = parameters.assign(m=parameters["m"] * 0.99)
    without_phone = records.assign(phone=None)
    for given, model, least in (
        (records, surer, 0.5),
        (records, parameters, 0.6),
        (without_phone, parameters, 0.5),
    ):
        pd.testing.assert_frame_equal(
            pairs_of(update_matches(given, model, least_probability=least, previous=previous)),
            match_records(given, model, least_probability=least),
        )


def test_the_prior_of_many_records_is_estimated_on_a_sample(fitted):
    records, _, parameters = fitted
    settings = MatchingSettings(sample_pairs=50_000, prior_records=180)
    sampled = fit_matching(records, settings=settings)
    priors = [rows.set_index("parameter").loc["prior"] for rows in (parameters, sampled)]
    assert priors[1]["probability"] == pytest.approx(priors[0]["probability"], rel=0.2)
    assert priors[1]["probability"] != priors[0]["probability"]
    again = fit_matching(records.sample(frac=1, random_state=5), settings=settings)
    pd.testing.assert_frame_equal(sampled, again)
