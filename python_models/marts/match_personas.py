"""One row per segment: the persona whose archetype its profile is nearest to."""

from covey.personas import assign_personas


def model(dbt, session):
    dbt.config(materialized="table", schema="marts")
    # Names stay from run to run; a full refresh, too, finds the table as the last run left it.
    place = f"table_schema = '{dbt.this.schema}' and table_name = '{dbt.this.identifier}'"
    exists = session.sql(f"from information_schema.tables where {place}").fetchall()
    return assign_personas(
        dbt.ref("segment_profiles").df(),
        dbt.ref("persona_profiles").df(),
        session.sql(f"from {dbt.this}").df() if exists else None,
        dbt.ref("persona_overrides").df(),
    )
