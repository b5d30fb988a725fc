"""Models through time: when they are fitted again, which is in use, and who keeps which segment."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from segmentation_cases import blobs, catalog_of, matrix_of
from sklearn.metrics import adjusted_rand_score

from covey.segmentation import (
    NONE,
    assign_segments,
    evaluate_candidates,
    models_in_use,
    register_segment_models,
)
from covey.segmentation import registry as registry_module
from covey.segmentation.frames import PARAMETER_TYPES
from covey.segmentation.models import model_frame, model_rows, rows_of_frame
from covey.segmentation.registry import applied_by, match_segments, renamed
from covey.segmentation.retraining import describe_sample, measure_drift

DAY = date(2026, 1, 31)
MONTH_LATER = date(2026, 2, 28)
QUICK = {
    "bootstrap_runs": 0,
    "null_test": False,
    "min_stability": 0.0,
    "n_init": 2,
    "k_max": 4,
    "min_segment_share": 0.0,
}


class Runs:
    """Runs of one segmentation, each of which finds what the run before left."""

    def __init__(self, **options):
        self.options = QUICK | options
        self.candidates = self.registered = None

    def run(self, matrix, as_of=DAY, retrain="always", catalog=None, **options):
        settings = {"s": self.options | options}
        width = sum(str(column).startswith("f") for column in matrix.columns)
        catalog = catalog_of(width) if catalog is None else catalog
        days = {"as_of": as_of, "retrain": retrain}
        self.candidates = evaluate_candidates(
            matrix, catalog, settings, through_a_table(self.candidates), **days
        )
        self.registered = register_segment_models(
            matrix,
            catalog,
            through_a_table(self.candidates),
            settings,
            through_a_table(self.registered),
            **days,
        )
        return self.in_use

    @property
    def in_use(self):
        return models_in_use(self.registered)["model_id"].unique().item()

    @property
    def facts(self):
        """The facts of all models, the earliest first, as dictionaries."""
        rows = self.registered.loc[self.registered["parameter"] == "registry"]
        models = [
            {"model_id": model_id} | dict(zip(mine["feature"], mine["term"], strict=True))
            for model_id, mine in rows.groupby("model_id")
        ]
        return sorted(models, key=lambda facts: int(facts["model_number"]))

    @property
    def statuses(self):
        return [facts["status"] for facts in self.facts]

    def events(self, change):
        rows = self.registered.loc[self.registered["parameter"] == "event"]
        mine = rows.loc[rows["term"].str.startswith(f"{change:06d}|")]
        return dict(zip(mine["segment_id"], mine["feature"], strict=True))

    def labels(self, matrix):
        assigned = assign_segments(matrix, models_in_use(self.registered))
        return assigned.set_index("customer_key")["segment_id"]


def through_a_table(frame):
    """Return a frame as a warehouse would give it back: shuffled, with its own types."""
    if frame is None:
        return None
    with duckdb.connect() as connection:
        connection.execute("create table kept as select * from frame order by random()")
        return connection.sql("from kept").df()


def month(seed, count=600, k=3, shift=0.0, **options):
    """Blobs around the same centres whatever the seed of the month."""
    values, truth = blobs(count, 4, k, 9.0, seed=7, **options)
    noise = np.random.default_rng(seed).normal(scale=0.3, size=values.shape)
    # Of different sizes, so that the order by size is not up to chance.
    kept = (truth > 0) | (np.arange(count) % 2 == 0)
    return matrix_of((values + noise + shift)[kept]), truth[kept]


def agree(labels, truth):
    return adjusted_rand_score(labels.to_numpy(), truth)


def test_next_month_keeps_the_ids():
    runs = Runs()
    first, _ = month(0)
    before_id = runs.run(first)
    before = runs.labels(first)
    second, truth = month(1, shift=0.2)
    assert runs.run(second, MONTH_LATER) != before_id
    after = runs.labels(second)
    assert agree(after, truth) == 1.0
    assert (before == after).mean() > 0.99
    assert runs.statuses == ["retired", "champion"]
    assert set(runs.events(2).values()) == {"kept"}
    newer = runs.facts[1]
    assert newer["champion_model_id"] == before_id
    assert float(newer["champion_ari"]) > 0.99
    assert "adjusted Rand index with the champion" in newer["reason"]
    assert runs.facts[0]["retired_as_of"] == "2026-02-28"


def test_sizes_that_turn_around_do_not_move_the_ids():
    values, truth = blobs(900, 4, 3, 9.0, seed=1)
    few_of_0, few_of_2 = (
        (truth > 0) | (np.arange(900) % 5 == 0),
        (truth < 2) | (np.arange(900) % 5 == 0),
    )
    runs = Runs()
    runs.run(matrix_of(values[few_of_0], [f"c{row}" for row in np.flatnonzero(few_of_0)]))
    everybody = matrix_of(values, [f"c{row}" for row in range(900)])
    before = runs.labels(everybody)
    runs.run(matrix_of(values[few_of_2], [f"c{row}" for row in np.flatnonzero(few_of_2)]))
    pd.testing.assert_series_equal(runs.labels(everybody), before)


@pytest.mark.parametrize("seed", range(3))
def test_a_permuted_refit_is_the_same_model_and_moves_nobody(monkeypatch, seed):
    matrix, _ = month(0)
    runs = Runs()
    first = runs.run(matrix)
    before, rows = runs.labels(matrix), models_in_use(runs.registered)
    generator = np.random.default_rng(seed)

    def permuted(parts):
        names = dict(zip("123", generator.permutation(list("123")).tolist(), strict=True))
        return [
            (part, row._replace(segment_id=names.get(row.segment_id, row.segment_id)))
            for part, row in model_rows(parts)
        ]

    monkeypatch.setattr("covey.segmentation.registry.model_rows", permuted)
    runs.candidates = runs.candidates.assign(fit_key="another", covey_version="0")
    assert runs.run(matrix, MONTH_LATER) == first
    pd.testing.assert_series_equal(runs.labels(matrix), before)
    pd.testing.assert_frame_equal(models_in_use(runs.registered), rows)
    assert runs.statuses == ["champion"]


@pytest.mark.parametrize("retrain", ["always", "update"])
def test_two_stages_keep_their_final_ids(retrain):
    # Two groups by the first feature; in one two segments by the second, in the other three.
    generator = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2, 3, 4], [300, 200, 250, 150, 100])
    centres = np.array([[0, 0], [0, 20], [50, 0], [50, 20], [50, 40]], dtype="float64")
    values = centres[truth] + generator.normal(size=(1_000, 2))
    catalog = catalog_of(2, feature_group=["one", "other"])
    runs = Runs(stages=[["one"], ["other"]])
    matrix = matrix_of(values).assign(last_active_date=DAY)
    first = runs.run(matrix, retrain=retrain, catalog=catalog)
    before = runs.labels(matrix)
    assert agree(before, truth) == 1.0
    assert set(before) == {"1", "2", "3", "4", "5"}
    # The smallest segments become the largest; who stays where they are keeps their segment.
    kept = generator.random(1_000) < np.array([0.2, 0.9, 0.9, 0.9, 0.9])[truth]
    moved = matrix_of(values + generator.normal(scale=0.2, size=values.shape)).loc[kept]
    moved = moved.assign(last_active_date=MONTH_LATER)
    assert runs.run(moved, MONTH_LATER, retrain=retrain, catalog=catalog) != first
    after = runs.labels(moved)
    pd.testing.assert_series_equal(after, before.loc[after.index])
    assert set(runs.events(2).values()) == {"kept"}
    assert set(runs.events(2)) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize("k", [2, 3, 5])
def test_one_more_segment_leaves_the_others_their_ids(k):
    matrix, _ = month(0, count=900, k=4)
    runs = Runs(min_champion_ari=0.0, k_max=6)
    runs.run(matrix, k=k)
    runs.run(matrix, MONTH_LATER, k=k + 1)
    events = runs.events(2)
    # Where a segment is split in halves, the halves share less than all with it, yet one keeps it.
    assert sorted(events.values()) == ["created"] + ["kept"] * k
    assert events[str(k + 1)] == "created"
    runs.run(matrix, date(2026, 3, 31), k=k)
    assert sorted(runs.events(3).values()) == ["kept"] * k + ["retired"]


def test_a_new_id_is_one_that_never_was():
    matrix, _ = month(0, count=900, k=4)
    runs = Runs()
    runs.run(matrix, k=3)
    runs.run(matrix, k=4)
    runs.run(matrix, k=2)
    runs.run(matrix, k=4)
    used = [set(runs.events(change)) for change in (1, 2, 3, 4)]
    created = {segment for segment, event in runs.events(4).items() if event == "created"}
    assert used[1] == {"1", "2", "3", "4"}
    assert created == {"5", "6"}
    # The first model of four segments comes back with other ids: another model.
    assert len(runs.facts) == 4


def test_matching_keeps_most_customers_and_needs_an_overlap():
    before = ["1"] * 50 + ["2"] * 30 + ["9"] * 20
    after = ["a1"] * 45 + ["a2"] * 35 + ["a3"] * 20
    found = match_segments(before, after, ["a1", "a2", "a3"], min_overlap=0.3, next_number=10)
    assert found == {"a1": "1", "a2": "2", "a3": "9"}
    # 35 of 80 are shared by 2 and a1, 20 of 65 by 1 and a2.
    strict = match_segments(
        ["1"] * 50 + ["2"] * 50,
        ["a1"] * 30 + ["a2"] * 20 + ["a1"] * 35 + ["a2"] * 15,
        ["a1", "a2", "a3"],
        min_overlap=0.4,
        next_number=10,
    )
    assert strict == {"a1": "2", "a2": "10", "a3": "11"}
    assert match_segments([], [], ["1", "2"], min_overlap=0.3, next_number=4) == {
        "1": "4",
        "2": "5",
    }
    # Noise is no segment: nothing lives on under it.
    assert match_segments(["noise"] * 9, ["1"] * 9, ["1"], min_overlap=0.3, next_number=4) == {
        "1": "4"
    }


def test_a_refit_that_disagrees_is_a_challenger_until_the_next():
    first, _ = month(0)
    other = matrix_of(np.random.default_rng(3).normal(size=(500, 4)))
    runs = Runs(k=3)
    champion = runs.run(first)
    assert runs.run(other, MONTH_LATER, min_champion_ari=0.95) == champion
    assert runs.statuses == ["champion", "challenger"]
    assert "under 0.950: the champion stays" in runs.facts[1]["reason"]
    assert runs.events(2) == {}
    # The next month is as the first was: its refit is promoted, and the challenger is out.
    second, _ = month(1)
    assert runs.run(second, date(2026, 3, 31), min_champion_ari=0.95) != champion
    assert runs.statuses == ["retired", "rejected", "champion"]
    assert "superseded by" in runs.facts[1]["reason"]


def test_other_settings_are_promoted_however_little_they_agree():
    matrix, _ = month(0)
    runs = Runs(min_champion_ari=1.0)
    runs.run(matrix, k=3)
    runs.run(matrix, MONTH_LATER, k=2)
    assert runs.statuses == ["retired", "champion"]
    assert "the settings or the catalog are others" in runs.facts[1]["reason"]


def test_structure_that_appears_is_promoted():
    runs = Runs(null_test=True, null_runs=5)
    runs.run(matrix_of(np.random.default_rng(0).normal(size=(300, 4))))
    assert runs.facts[0]["k"] == "1"
    runs.run(month(0)[0], MONTH_LATER)
    assert runs.statuses == ["retired", "champion"]
    assert "one segment only" in runs.facts[1]["reason"]
    # And the other way round the segments stay.
    runs.run(matrix_of(np.random.default_rng(0).normal(size=(300, 4))), date(2026, 3, 31))
    assert runs.statuses == ["retired", "champion", "challenger"]


def test_a_champion_that_cannot_be_applied_gives_way():
    matrix, _ = month(0)
    runs = Runs()
    runs.run(matrix)
    narrow = matrix.drop(columns="f03")
    runs.run(narrow, MONTH_LATER, retrain="never", catalog=catalog_of(3))
    assert runs.statuses == ["retired", "champion"]
    assert "there is no feature f03 any more" in runs.facts[1]["reason"]
    assert "cannot be applied" in runs.facts[1]["reason"]
    assert runs.events(2) == dict.fromkeys("123", "retired") | dict.fromkeys("456", "created")


def test_any_registered_model_can_be_pinned():
    first, (second, _) = month(0)[0], month(1, shift=0.3)
    runs = Runs()
    old = runs.run(first)
    rows = models_in_use(runs.registered)
    new = runs.run(second, MONTH_LATER)
    assert runs.run(second, MONTH_LATER, model=old) == old
    pd.testing.assert_frame_equal(models_in_use(runs.registered), rows)
    assert runs.statuses == ["retired", "champion"]
    assert set(runs.events(3).values()) == {"kept"}
    # Nothing happens in a run that finds it pinned, and a refit does not unpin it.
    kept = runs.registered
    runs.run(second, MONTH_LATER, model=old)
    pd.testing.assert_frame_equal(runs.registered, kept)
    assert runs.run(month(2)[0], date(2026, 3, 31), model=old) == old
    assert runs.statuses == ["retired", "retired", "champion"]
    newest = runs.run(month(2)[0], date(2026, 3, 31))
    assert newest == runs.facts[2]["model_id"] != new
    causes = runs.registered.loc[runs.registered["parameter"] == "event", "term"]
    assert sorted({cause.split("|")[3] for cause in causes}) == [
        "first model",
        "no longer pinned",
        "pinned",
        "promoted",
    ]
    with pytest.raises(ValueError, match=f"'{old[:-1]}'.*did you mean '{old}'"):
        runs.run(second, MONTH_LATER, model=old[:-1])


@pytest.mark.parametrize(
    ("retrain", "as_of", "changes", "reason"),
    [
        ("auto", MONTH_LATER, {}, None),
        ("auto", date(2026, 5, 1), {}, None),
        ("auto", date(2026, 5, 2), {}, "the last fit is 91 days old, more than 90"),
        ("auto", date(2026, 5, 2), {"max_model_age_days": 100}, None),
        ("auto", MONTH_LATER, {"shift": 2.0}, "drifted: stability index"),
        ("auto", MONTH_LATER, {"shift": 2.0, "drift_limit": 99.0}, None),
        ("auto", MONTH_LATER, {"k": 2}, "the settings or the feature catalog have changed"),
        ("auto", MONTH_LATER, {"weight": 2.0}, "the settings or the feature catalog have changed"),
        ("auto", MONTH_LATER, {"rule_depth": 3}, None),
        ("auto", MONTH_LATER, {"version": "0.0.0"}, "covey 0.0.0 has become"),
        ("auto", date(2026, 1, 30), {"k": 2, "shift": 2.0}, None),
        ("always", date(2026, 1, 30), {"k": 2, "shift": 2.0}, None),
        ("always", DAY, {}, "retraining is set to always"),
        ("never", date(2030, 1, 1), {"k": 2, "shift": 2.0}, None),
        ("never", date(2026, 5, 2), {"retrain": "auto"}, "91 days old"),
        ("update", date(2030, 1, 1), {"shift": 2.0}, None),
        ("update", MONTH_LATER, {"k": 2}, "the settings or the feature catalog have changed"),
    ],
)
def test_what_makes_a_refit_due(retrain, as_of, changes, reason):
    runs = Runs(k=3)
    runs.run(month(0)[0], retrain=retrain)
    candidates, registered = runs.candidates, runs.registered
    if "version" in changes:
        runs.candidates = candidates.assign(covey_version=changes["version"])
    matrix = month(1, shift=changes.pop("shift", 0.0))[0].assign(last_active_date=DAY)
    catalog = catalog_of(4, weight=changes.pop("weight", 1.0))
    changes.pop("version", None)
    runs.options |= changes
    runs.run(matrix, as_of, retrain, catalog)
    if reason is None:
        # To the byte, and so for all that reads them.
        pd.testing.assert_frame_equal(sorted_rows(runs.candidates), sorted_rows(candidates))
        pd.testing.assert_frame_equal(runs.registered, registered)
    else:
        [reason_found] = runs.candidates["fit_reason"].unique()
        assert reason in reason_found
        assert reason in runs.facts[1]["reason"]


def sorted_rows(frame):
    return frame.sort_values("candidate_id", ignore_index=True)


def test_what_has_not_changed_is_not_fitted_again_even_when_always(monkeypatch):
    runs = Runs()
    matrix = month(0)[0]
    runs.run(matrix)
    kept = sorted_rows(runs.candidates), runs.registered

    def refuse(contest):
        raise AssertionError("fitted again")

    monkeypatch.setattr("covey.segmentation.candidates.choose_candidate", refuse)
    runs.run(matrix, MONTH_LATER)
    pd.testing.assert_frame_equal(sorted_rows(runs.candidates), kept[0])
    pd.testing.assert_frame_equal(runs.registered, kept[1])
    with pytest.raises(AssertionError, match="fitted again"):
        runs.run(month(1)[0], MONTH_LATER)


def test_the_same_twice_is_the_same():
    one, other = Runs(), Runs()
    for runs in (one, other):
        runs.run(month(0)[0])
        runs.run(month(1, shift=0.5)[0], MONTH_LATER)
    pd.testing.assert_frame_equal(one.registered, other.registered)
    assert one.registered.dtypes.astype("str").to_dict() == PARAMETER_TYPES


def test_models_lose_their_rows_in_the_end_but_are_known_for_ever(monkeypatch):
    monkeypatch.setattr(registry_module, "KEPT_MODELS", 2)
    runs = Runs(k=3)
    matrices = [month(seed)[0] for seed in range(4)]
    first = runs.run(matrices[0])
    for number, matrix in enumerate(matrices[1:], start=1):
        runs.run(matrix, date(2026, 1 + number, 28), model=first if number < 3 else None)
    assert runs.statuses == ["retired", "retired", "retired", "champion"]
    rows = runs.registered.loc[~runs.registered["parameter"].isin(("registry", "event"))]
    assert set(rows["model_id"]) == {facts["model_id"] for facts in runs.facts[2:]}
    with pytest.raises(ValueError, match="not registered with its parameters"):
        runs.run(matrices[3], date(2026, 4, 28), model=first)


def test_no_customers_and_segmentations_that_are_no_longer_asked_for():
    runs = Runs()
    empty = matrix_of(np.empty((0, 4)))
    nothing = register_segment_models(
        empty, catalog_of(4), evaluate_candidates(empty, catalog_of(4), {"s": QUICK}), {"s": QUICK}
    )
    assert nothing.empty
    assert nothing.dtypes.astype("str").to_dict() == PARAMETER_TYPES
    champion = runs.run(month(0)[0])
    # A run without customers leaves what was there.
    assert runs.run(empty, MONTH_LATER, retrain="auto") == champion
    other = catalog_of(4, segmentations="t")
    both = register_segment_models(
        month(0)[0],
        other,
        evaluate_candidates(month(0)[0], other, {"t": QUICK}),
        {"t": QUICK},
        runs.registered,
    )
    pd.testing.assert_frame_equal(
        both.loc[both["segmentation"] == "s"].reset_index(drop=True), runs.registered
    )
    assert len(models_in_use(both)["model_id"].unique()) == 2


def test_psi_of_a_shifted_lognormal():
    # A shift of 0.4 deviations: 0.154 by the reference figures; the exact value of ten bins is
    # 0.1527. One outlier of 1e7 must not hide it.
    generator = np.random.default_rng(0)
    before, after = np.exp(generator.normal(size=(2, 50_000)))
    after *= np.exp(0.4)
    reference = describe_sample(matrix_of(before[:, None]), ["f00"])
    [drift] = measure_drift(reference, matrix_of(after[:, None]))
    assert drift.psi == pytest.approx(0.154, abs=0.004)
    assert drift.psi > drift.noise
    after[0] = 1e7
    [with_outlier] = measure_drift(reference, matrix_of(after[:, None]))
    assert with_outlier.psi == pytest.approx(drift.psi, abs=1e-4)
    before[0] = 1e7
    with_outlier_before = describe_sample(matrix_of(before[:, None]), ["f00"])
    [found] = measure_drift(with_outlier_before, matrix_of(after[:, None]))
    assert found.psi == pytest.approx(drift.psi, abs=1e-3)


def test_psi_without_drift_is_noise():
    # (B - 1)(1 / n + 1 / m) on average: 0.18 at n = m = 100, where a limit of 0.1 would call five
    # samples of six drifted.
    generator = np.random.default_rng(1)
    found = [
        measure_drift(
            describe_sample(matrix_of(generator.normal(size=(100, 1))), ["f00"]),
            matrix_of(generator.normal(size=(100, 1))),
        )[0]
        for _ in range(500)
    ]
    psi = np.array([drift.psi for drift in found])
    assert psi.mean() == pytest.approx(0.18, abs=0.02)
    assert (psi > 0.1).mean() > 0.8
    assert (psi > found[0].noise).mean() < 0.04


def test_drift_of_missing_values_categories_and_few_values():
    generator = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "customer_key": [f"c{row}" for row in range(1_000)],
            "few": generator.integers(0, 2, 1_000),
            "gaps": np.where(generator.random(1_000) < 0.1, np.nan, 1.0),
            "kind": generator.choice(["a", "b", None], 1_000, p=[0.5, 0.3, 0.2]),
            "nothing": np.nan,
            "far": np.where(generator.random(1_000) < 0.5, np.inf, generator.normal(size=1_000)),
        }
    )
    columns = ["far", "few", "gaps", "kind", "nothing"]
    reference = describe_sample(frame, columns)
    assert [drift.psi for drift in measure_drift(reference, frame)] == [0.0] * 5
    assert [drift.psi for drift in measure_drift(reference, frame.iloc[:0])] == [0.0] * 5
    moved = frame.assign(
        few=1, gaps=np.nan, kind="c", nothing=1.0, far=frame["far"].replace(np.inf, 0.0)
    )
    assert min(drift.psi for drift in measure_drift(reference, moved)) > 1.0


def test_update_moves_the_model_by_new_data_alone():
    first, _ = month(0, count=900)
    runs = Runs(k=3)
    champion = runs.run(first.assign(last_active_date=DAY), retrain="update")
    rows = models_in_use(runs.registered)
    second, truth = month(1, count=900, shift=1.0)
    is_new = np.arange(len(second)) % 2 == 0
    days = np.where(is_new, MONTH_LATER, DAY)
    # Those who have not been active again must not count, whatever stands in their row.
    absurd = second.assign(last_active_date=days)
    absurd.loc[~is_new, ["f00", "f01"]] = 1e3
    updated = runs.run(absurd, MONTH_LATER, retrain="update")
    assert updated != champion
    facts = runs.facts[1]
    assert facts["parent_model_id"] == champion
    assert facts["reason"] == f"moved by {is_new.sum()} customers active after 2026-01-31"
    assert (facts["fitted_as_of"], facts["updated_as_of"]) == ("2026-01-31", "2026-02-28")
    assert set(runs.events(2).values()) == {"kept"}
    moved = models_in_use(runs.registered)
    for parameter, changes in (("center", False), ("scale", False), ("centroid", True)):
        one, other = (
            frame.loc[frame["parameter"] == parameter, "value"] for frame in (rows, moved)
        )
        assert (one.to_numpy() != other.to_numpy()).all() == changes
    counts = moved.loc[moved["parameter"] == "count", "value"].sum()
    assert counts == pytest.approx(len(first) + is_new.sum())
    # The same labels as a full refit, and as the truth.
    refit = Runs(k=3)
    refit.run(second)
    assert adjusted_rand_score(runs.labels(second), refit.labels(second)) >= 0.95
    assert agree(runs.labels(second), truth) >= 0.95
    # Nobody new, nothing moved; an earlier day neither.
    kept = runs.registered
    runs.run(second.assign(last_active_date=DAY), date(2026, 3, 31), retrain="update")
    pd.testing.assert_frame_equal(runs.registered, kept)
    runs.run(absurd, DAY, retrain="update")
    pd.testing.assert_frame_equal(runs.registered, kept)
    # Its own settings are what makes it fit again.
    runs.run(second.assign(last_active_date=days), date(2026, 3, 31), retrain="update", k=2)
    assert runs.statuses == ["retired", "retired", "champion"]
    with pytest.raises(ValueError, match="last_active_date"):
        runs.run(second, date(2026, 4, 30), retrain="update", k=2)


@pytest.mark.parametrize(
    "algorithm", ["minibatch_kmeans", "gaussian_mixture", "hierarchical", "dbscan"]
)
def test_update_of_other_forms(algorithm):
    options = {"k": 3, "covariances": ["full"], "linkages": ["ward"]}
    runs = Runs(algorithms=[algorithm], **options)
    first, _ = month(0, count=900)
    champion = runs.run(first.assign(last_active_date=DAY), retrain="update")
    second, truth = month(1, count=900, shift=1.0)
    later = second.assign(last_active_date=MONTH_LATER)
    updated = runs.run(later, MONTH_LATER, retrain="update")
    # A density model cannot be moved by new data alone, so it stays.
    assert (updated == champion) == (algorithm == "dbscan")
    if algorithm != "dbscan":
        refit = Runs(algorithms=[algorithm], **options)
        refit.run(second)
        assert adjusted_rand_score(runs.labels(second), refit.labels(second)) >= 0.95
        assert agree(runs.labels(second), truth) >= 0.95
        # A tree is of the customers it was fitted on.
        assert "merge_height" not in set(models_in_use(runs.registered)["parameter"])


def test_who_applies_a_model():
    runs = Runs()
    runs.run(month(0)[0])
    rows = models_in_use(runs.registered)
    assert applied_by(rows, "sql") == "sql"
    assert applied_by(rows, "python") == "python"
    core = rows.assign(parameter=rows["parameter"].replace("centroid", "core"))
    assert applied_by(core, "sql") == "python"
    many = pd.concat([rows.assign(parameter="quadratic", term=f"t{n}") for n in range(50)])
    assert applied_by(many, "sql") == "python"
    assert {facts["applied_by"] for facts in runs.facts} == {"sql"}


def test_renaming_is_a_model_of_its_own_and_goes_back():
    runs = Runs()
    runs.run(month(0)[0])
    rows = models_in_use(runs.registered)
    other = renamed(rows, {"1": "7", "2": "1"})
    assert other["model_id"].iloc[0] != rows["model_id"].iloc[0]
    assert set(other["segment_id"]) == {NONE, "7", "1", "3"}
    pd.testing.assert_frame_equal(renamed(other, {"7": "1", "1": "2"}), rows)
    pd.testing.assert_frame_equal(model_frame("s", reversed(rows_of_frame(rows))), rows)
