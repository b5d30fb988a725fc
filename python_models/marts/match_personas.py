"""One row per segment: the persona whose archetype its profile is nearest to."""

from covey.personas import assign_personas


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    profiles = dbt.ref("segment_profiles").df()
    archetypes = dbt.ref("persona_profiles").df()
    return assign_personas(profiles, archetypes)
