"""One row per segmentation, part and candidate: how good that candidate is."""

import time

from covey.segmentation import evaluate_candidates


def model(dbt, session):
    dbt.config(materialized="table", schema="segmentation")
    as_of = dbt.ref("int_as_of").project("as_of_date").fetchall()[0][0]
    # A full refresh, too, finds the table as the last run left it.
    place = f"table_schema = '{dbt.this.schema}' and table_name = '{dbt.this.identifier}'"
    exists = session.sql(f"from information_schema.tables where {place}").fetchall()
    return evaluate_candidates(
        dbt.ref("feature_sample").df(),
        dbt.ref("int_feature_catalog").df(),
        dbt.config.get("segmentations"),
        session.sql(f"from {dbt.this}").df() if exists else None,
        as_of=as_of,
        retrain=dbt.config.get("retrain"),
        timer=time.perf_counter,
    )
