"""Tactics, their effects and personas on the bundled data, and what checks of the seeds refuse."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from math import sqrt

import duckdb
import pytest
from conftest import ROOT, Project

SEEDS = ROOT / "seeds"
EFFECTS = ROOT / "data" / "demo" / "truth" / "effects.parquet"
REASONS = [
    "not valid today", "no consent", "do not", "open complaint", "recent purchase", "cool-down",
    "frequency cap", "discount cap", "no gain", "holdout",
]  # fmt: skip


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed."""
    with open(SEEDS / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def warehouse(
    built: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a copy of the warehouse that a test may change and roll back."""
    project = built.copy(tmp_path_factory.mktemp("tactics"))
    with duckdb.connect(str(project.database)) as connection:
        yield connection


def problems(
    built: Project, warehouse: duckdb.DuckDBPyConnection, test: str, change: str
) -> set[str]:
    """Return what a test of the seeds says of a changed row; the change is taken back."""
    sql = built.manifest()["nodes"][f"test.covey.{test}"]["compiled_code"]
    warehouse.execute("begin")
    try:
        assert warehouse.execute(change).fetchall()[0][0] == 1
        return {row[2] for row in warehouse.execute(sql).fetchall()}
    finally:
        warehouse.execute("rollback")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("channels", "'email|pigeon'", 'unknown or repeated channel in "email|pigeon"'),
        ("channels", "'email|email'", 'unknown or repeated channel in "email|email"'),
        ("consent_purpose", "'fun'", 'unknown consent_purpose "fun"'),
        ("consent_purpose", "'profiling'", 'a channel in "email|push" needs the purpose marketing'),
        ("message_template", "'Dear {{nobody}}'", 'unknown token in "Dear {{nobody}}"'),
        ("message_template", "'Dear {first_name}'", 'unknown token in "Dear {first_name}"'),
        ("message_template", "'Dear {{first_name}'", 'unknown token in "Dear {{first_name}"'),
        ("valid_to", "date '2020-01-01', valid_from = date '2020-01-02'",
         "valid_to is before valid_from"),
        ("kpi_days", "0", "kpi_days is not 1 to 365"),
        ("holdout_share", "0.6", "holdout_share is not 0 to 0.5"),
        ("discount_share", "1.5", "discount_share is not 0 to 0.9"),
        ("discount_share", "0.1", "a discount without discount_cap_share and discount_cap_days"),
        ("discount_cap_share", "2",
         "discount_cap_share is not 0 to 1, or discount_cap_days under 1"),
        ("prior_standard_error", "0",
         "prior_effect is not -1 to 1, or prior_standard_error not over 0"),
        ("cool_down_days", "-1",
         "a cost or a number of days under 0, or most_messages_per_week under 1"),
        ("experiment_id", "'free_shipping_2026q2'",
         'experiment_id "free_shipping_2026q2" measures another tactic too'),
    ],
)  # fmt: skip
def test_a_tactic_that_cannot_be_followed_is_refused(
    built: Project, warehouse: duckdb.DuckDBPyConnection, column: str, value: str, message: str
) -> None:
    change = f"update covey_marts.tactics set {column} = {value} where tactic_id = 'vip_preview'"
    assert problems(built, warehouse, "assert_tactics_can_be_followed", change) == {message}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("tactic_matrix set tactic_id = 'x' where tactic_id = 'browse_reminder'",
         'unknown tactic_id "x"'),
        ("tactic_matrix set persona_id = 'x' where tactic_id = 'browse_reminder'",
         'unknown persona_id "x"'),
        ("tactic_matrix set rfm_segment = 'x' where tactic_id = 'browse_reminder'",
         'unknown rfm_segment "x"'),
        ("tactic_matrix set trigger_id = 'x' where tactic_id = 'browse_reminder'",
         'unknown trigger_id "x"'),
        ("tactic_matrix set journey_stage = 'x' where tactic_id = 'browse_reminder'",
         'unknown journey_stage "x"'),
        ("tactic_matrix set segment = 'x:1' where tactic_id = 'browse_reminder'",
         'unknown segmentation in the segment "x:1"'),
        ("tactic_matrix set priority = 0 where tactic_id = 'browse_reminder'",
         "priority is under 1"),
        ("tactic_do_nots set tactic_id = 'x' where tactic_id = 'stay_or_go'",
         'unknown tactic_id "x"'),
        ("tactic_do_nots set feature = 'x' where tactic_id = 'stay_or_go'",
         'unknown feature "x"'),
        ("tactic_do_nots set bound = null where tactic_id = 'stay_or_go'",
         "below and above need a bound, missing takes none"),
    ],
)  # fmt: skip
def test_a_rule_about_nothing_is_refused(
    built: Project, warehouse: duckdb.DuckDBPyConnection, change: str, message: str
) -> None:
    change = f"update covey_seeds.{change}"
    found = problems(built, warehouse, "assert_tactic_rules_name_what_there_is", change)
    assert found == {message}


def test_the_matrix_speaks_to_everybody_and_answers_every_trigger() -> None:
    matrix = seed("tactic_matrix")
    tactics = {row["tactic_id"] for row in seed("tactic_catalog")}
    assert len(tactics) >= 40
    assert {row["tactic_id"] for row in matrix} == tactics
    assert {row["persona_id"] for row in matrix} >= {
        row["persona_id"] for row in seed("persona_archetypes")
    }
    assert {row["rfm_segment"] for row in matrix} >= {
        row["rfm_segment"] for row in seed("rfm_grids") if row["grid"] == "grid11"
    }
    assert {row["trigger_id"] for row in matrix} >= {
        row["trigger_id"] for row in seed("trigger_rules")
    }


def test_every_token_is_used_or_explained() -> None:
    used = {
        token
        for row in seed("tactic_catalog")
        for token in re.findall(r"{{(\w+)}}", row["message_template"])
    }
    assert used <= {row["token"] for row in seed("message_tokens")}


def test_the_experiment_is_measured_as_it_was_planted(built: Project) -> None:
    """The planted lift of the persons exposed lies within the interval of the measurement."""
    ((truth,),) = built.query(
        f"select sum(true_lift * exposed_persons) / sum(exposed_persons) from '{EFFECTS}'"
    )
    rows = built.query(
        """
        select
            tactic_id, treatment_customers, control_customers, treatment_orderers,
            control_orderers, prior_effect, prior_standard_error, measured_effect,
            measured_standard_error, measured_weight_share, effect, effect_standard_error
        from covey_marts.tactic_effects
        where effect_source = 'experiment'
        """
    )
    ((tactic_id, n1, n0, x1, x0, prior, prior_error, measured, error, weight, effect, sure),) = rows
    assert tactic_id == "free_shipping_week"
    assert measured == pytest.approx(x1 / n1 - x0 / n0)
    rates = [(x + 1) / (n + 2) for x, n in ((x1, n1), (x0, n0))]
    expected = sqrt(sum(p * (1 - p) / (n + 2) for p, n in zip(rates, (n1, n0), strict=True)))
    assert error == pytest.approx(expected)
    assert abs(measured - truth) < 1.96 * error
    assert abs(effect - truth) < 1.96 * sure
    assert weight == pytest.approx(error**-2 / (error**-2 + prior_error**-2))
    assert effect == pytest.approx(weight * measured + (1 - weight) * prior)


def test_the_two_variants_hold_the_planted_persons(built: Project) -> None:
    """Nearly everybody of the experiment who may be profiled is found, and nobody twice."""
    ((planted,),) = built.query(f"select sum(exposed_persons) from '{EFFECTS}'")
    ((found, people),) = built.query(
        "select count(*), count(distinct customer_key) from covey_marts.int_tactic_trials"
    )
    assert found == people
    assert 0.85 * planted < found <= planted


def test_what_goes_out_by_a_channel_is_one_thing(built: Project) -> None:
    """Of each customer and channel one row has rank 1, and what follows is worth less."""
    assert (
        built.query(
            """
        select customer_key, channel
        from covey_marts.customer_tactics
        group by customer_key, channel
        having count(*) filter (where rank = 1) <> 1 or max(rank) <> count(*)
        """
        )
        == []
    )
    assert built.query(
        """
        select *
        from covey_marts.customer_tactics
        qualify
            coalesce(suppression_reason, 'holdout') = 'holdout'
            and expected_value > lag(expected_value) over (
                partition by customer_key, channel order by rank
            )
        """
    ) == []  # fmt: skip


def test_reasons_are_those_that_are_documented(built: Project) -> None:
    page = (ROOT / "docs" / "edit-tactics.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| \d+ \| `([\w -]+)` \|", page, flags=re.MULTILINE)
    assert documented == REASONS
    rows = built.query(
        "select distinct suppression_reason from covey_marts.customer_tactics"
    )  # fmt: skip
    assert {row[0] for row in rows} - {None} <= set(REASONS)


def test_the_holdout_is_the_share_that_is_asked_for(built: Project) -> None:
    """Held out is drawn by customer and tactic, about as often as the tactic says."""
    ((share, asked, rows),) = built.query(
        """
        select avg(cast(is_holdout as integer)), avg(holdout_share), count(*)
        from covey_marts.customer_tactics
        inner join covey_marts.tactics using (tactic_id)
        """
    )
    assert share == pytest.approx(asked, abs=4 * sqrt(asked / rows))


def test_only_consented_channels_are_used(built: Project) -> None:
    """A customer gets a tactic by a later channel only where no earlier one is consented to."""
    assert built.query(
        """
        select chosen.customer_key, chosen.tactic_id
        from covey_marts.customer_tactics as chosen
        inner join covey_marts.int_tactic_channels as used
            using (tactic_id, channel)
        inner join covey_marts.int_tactic_channels as earlier
            on chosen.tactic_id = earlier.tactic_id and earlier.channel_order < used.channel_order
        inner join covey_intermediate.int_consents_current as consents
            on
                chosen.customer_key = consents.customer_key
                and consents.purpose = earlier.consent_purpose
                and consents.channel in (earlier.channel, '(all)')
                and consents.is_granted
        """
    ) == []  # fmt: skip


def test_personas_of_the_bundled_data(built: Project) -> None:
    """Who was planted is described as what they are."""
    told = {
        name: (channel, features, text)
        for name, channel, features, text in built.query(
            """
            select
                persona_name, preferred_channel,
                [trait_1_feature, trait_2_feature, trait_3_feature], description
            from covey_marts.personas
            where segmentation = 'behaviour'
            """
        )
    }
    assert told["Store regular"][0] == "store"
    assert "store_order_share" in told["Store regular"][1]
    assert "discount_share" in told["Deal hunter"][1]
    assert "recency_days" in told["Lapsed customer"][1]
    assert "average_order_value" in told["Big-ticket buyer"][1]
    protected = {r["feature"] for r in seed("feature_catalog") if r["is_protected"] == "true"}
    for name, (_, features, text) in told.items():
        assert len(set(features)) == 3, name
        assert protected.isdisjoint(features), name
        assert "None" not in text, name
        assert "  " not in text, name
        assert text.endswith("."), name
