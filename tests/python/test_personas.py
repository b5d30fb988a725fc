import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from covey.personas import PERSONA_COLUMNS, assign_personas
from covey.segmentation.frames import NOISE


def profiles_of(segments, segmentation="value"):
    rows = [
        (segmentation, segment, feature, z)
        for segment, scores in segments.items()
        for feature, z in scores.items()
    ]
    return pd.DataFrame(rows, columns=["segmentation", "segment_id", "feature", "z_score"])


def archetypes_of(personas):
    rows = [
        (persona, feature, score)
        for persona, scores in personas.items()
        for feature, score in scores.items()
    ]
    return pd.DataFrame(rows, columns=["persona_id", "feature", "direction_score"])


def by_segment(assigned):
    return {row["segment_id"]: row["persona_id"] for row in assigned.to_dict("records")}


ARCHETYPES = archetypes_of(
    {
        "champion": {"monetary": 2.0, "recency": -1.0},
        "newcomer": {"tenure": -2.0, "recency": -1.0},
        "lapsed": {"recency": 2.0},
    }
)
SEGMENTS = {
    "1": {"monetary": -0.2, "recency": 1.4, "tenure": 0.5},
    "2": {"monetary": 1.8, "recency": -0.8, "tenure": 0.6},
    "3": {"monetary": -0.4, "recency": -0.7, "tenure": -1.5},
}


def test_segments_get_the_archetype_that_they_resemble():
    assigned = assign_personas(profiles_of(SEGMENTS), ARCHETYPES)
    assert tuple(assigned.columns) == PERSONA_COLUMNS
    assert by_segment(assigned) == {"1": "lapsed", "2": "champion", "3": "newcomer"}
    # ((1.8 - 2)^2 + (-0.8 + 1)^2) / 2
    assert assigned.loc[1, "match_distance"] == pytest.approx(0.04)


def test_those_outside_all_segments_are_no_persona():
    segments = {**SEGMENTS, NOISE: SEGMENTS["2"]}
    assigned = by_segment(assign_personas(profiles_of(segments), ARCHETYPES))
    assert assigned["2"] == "champion"
    assert pd.isna(assigned[NOISE])


def test_sql_and_library_have_one_word_for_them():
    macro = (ROOT / "macros" / "scoring" / "noise_segment.sql").read_text(encoding="utf-8")
    assert f"return('{NOISE}')" in macro


def test_no_persona_twice_and_the_sum_decides():
    archetypes = archetypes_of({"rich": {"monetary": 2.0}, "poor": {"monetary": -2.0}})
    segments = {"1": {"monetary": 1.9}, "2": {"monetary": 1.0}}
    assert by_segment(assign_personas(profiles_of(segments), archetypes)) == {
        "1": "rich",
        "2": "poor",
    }


def test_segmentations_are_independent():
    profiles = pd.concat([profiles_of(SEGMENTS, "value"), profiles_of(SEGMENTS, "behaviour")])
    assigned = assign_personas(profiles, ARCHETYPES)
    assert list(assigned["segmentation"]) == ["behaviour"] * 3 + ["value"] * 3
    assert list(assigned["persona_id"][:3]) == list(assigned["persona_id"][3:])


def test_fewer_archetypes_than_segments():
    assigned = assign_personas(profiles_of(SEGMENTS), ARCHETYPES.query("persona_id == 'lapsed'"))
    assert assigned["persona_id"].notna().tolist() == [True, False, False]
    assert assigned["match_distance"].notna().tolist() == [True, False, False]


def test_extreme_scores_are_limited():
    archetypes = archetypes_of({"whale": {"monetary": 2.0}})
    assigned = assign_personas(profiles_of({"1": {"monetary": 40.0}}), archetypes)
    assert assigned.loc[0, "match_distance"] == pytest.approx(0.25)


def test_absent_features_are_ignored_and_nothing_in_common_is_no_match():
    archetypes = archetypes_of({"a": {"x": 1.0, "y": 2.0}, "b": {"other": 1.0}})
    segments = {"1": {"x": 0.0, "y": np.nan}, "2": {"x": 1.0}}
    assigned = assign_personas(profiles_of(segments), archetypes)
    assert assigned.loc[1, "persona_id"] == "a"
    assert assigned.loc[1, "match_distance"] == 0.0
    assert pd.isna(assigned.loc[0, "persona_id"])


def test_row_order_does_not_matter():
    generator = np.random.default_rng(0)
    features = [f"f{j}" for j in range(6)]
    segments = {str(s): dict(zip(features, generator.normal(size=6))) for s in range(12)}  # noqa: B905
    personas = {f"p{p}": dict(zip(features, generator.normal(size=6))) for p in range(9)}  # noqa: B905
    # Two archetypes alike: the tie must fall the same way too.
    personas["p8"] = personas["p7"]
    profiles, archetypes = profiles_of(segments), archetypes_of(personas)
    first = assign_personas(profiles, archetypes)
    for seed in range(5):
        again = assign_personas(
            profiles.sample(frac=1.0, random_state=seed),
            archetypes.sample(frac=1.0, random_state=seed),
        )
        pd.testing.assert_frame_equal(first, again)
    named = first["persona_id"].dropna()
    assert named.is_unique
    assert len(named) == 9


def test_a_name_stays_until_another_is_clearly_nearer():
    archetypes = archetypes_of({"low": {"x": 0.0}, "high": {"x": 2.0}})
    had = pd.DataFrame([("value", "1", "low")], columns=list(PERSONA_COLUMNS[:3]))

    def name_at(x, previous):
        return by_segment(assign_personas(profiles_of({"1": {"x": x}}), archetypes, previous))["1"]

    # Squared distances 1.21 and 0.81: nearer to high, by a third of the way to low less a quarter.
    assert name_at(1.05, None) == "high"
    assert name_at(1.05, had) == "low"
    # 1.44 x 0.75 = 1.08 against 0.64.
    assert name_at(1.2, had) == "high"
    # The distance that is told is the true one.
    kept = assign_personas(profiles_of({"1": {"x": 1.05}}), archetypes, had)
    assert kept.loc[0, "match_distance"] == pytest.approx(1.05**2)


def test_what_was_and_is_no_more_says_nothing():
    had = pd.DataFrame(
        [("value", "9", "lapsed"), ("gone", "1", "champion"), ("value", "1", "retired_archetype")],
        columns=list(PERSONA_COLUMNS[:3]),
    )
    pd.testing.assert_frame_equal(
        assign_personas(profiles_of(SEGMENTS), ARCHETYPES, had),
        assign_personas(profiles_of(SEGMENTS), ARCHETYPES),
    )


def test_what_somebody_decided_wins_and_is_nobody_elses():
    pinned = pd.DataFrame(
        [("value", "1", "champion"), ("value", "7", "lapsed"), ("other", "2", "lapsed")],
        columns=list(PERSONA_COLUMNS[:3]),
    )
    assigned = assign_personas(profiles_of(SEGMENTS), ARCHETYPES, None, pinned)
    named = by_segment(assigned)
    assert named["1"] == "champion"
    assert named["2"] != "champion"
    assert assigned["persona_id"].dropna().is_unique
    # ((-0.2 - 2)^2 + (1.4 + 1)^2) / 2
    assert assigned.loc[0, "match_distance"] == pytest.approx(5.3)


def test_a_name_without_archetype_profile_can_be_decided():
    pinned = pd.DataFrame([("value", "1", "hand_made")], columns=list(PERSONA_COLUMNS[:3]))
    assigned = assign_personas(profiles_of(SEGMENTS), ARCHETYPES, None, pinned)
    assert by_segment(assigned)["1"] == "hand_made"
    assert np.isnan(assigned.loc[0, "match_distance"])


def test_nothing_to_match():
    assigned = assign_personas(profiles_of({}), ARCHETYPES)
    assert [str(dtype) for dtype in assigned.dtypes] == ["str", "str", "str", "float64"]
    assert assigned.empty
    unnamed = assign_personas(profiles_of(SEGMENTS), ARCHETYPES.iloc[:0])
    assert unnamed["persona_id"].isna().all()
    assert len(unnamed) == 3


def test_wrong_frames():
    profiles = profiles_of(SEGMENTS)
    with pytest.raises(ValueError, match="profiles repeat 1 rows"):
        assign_personas(pd.concat([profiles, profiles.iloc[:1]]), ARCHETYPES)
    with pytest.raises(ValueError, match=r"archetypes lack the columns \['direction_score'\]"):
        assign_personas(profiles, ARCHETYPES.drop(columns="direction_score"))
    twice = pd.DataFrame(
        [("value", "1", "champion"), ("value", "2", "champion")], columns=list(PERSONA_COLUMNS[:3])
    )
    with pytest.raises(ValueError, match="one persona to two segments of value"):
        assign_personas(profiles, ARCHETYPES, None, twice)
    with pytest.raises(ValueError, match=r"previous lack the columns \['persona_id'\]"):
        assign_personas(profiles, ARCHETYPES, twice.drop(columns="persona_id"))
    with pytest.raises(ValueError, match="'champion' has a direction_score that is not finite"):
        assign_personas(profiles, ARCHETYPES.replace({"direction_score": {2.0: np.nan}}))
