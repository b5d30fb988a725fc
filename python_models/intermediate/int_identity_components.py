"""One row per personal identifier: the connected component it lies in."""

from covey.identity import connected_components


def model(dbt, session):
    dbt.config(materialized="table", schema="intermediate")
    edges = dbt.ref("int_identity_edges").df()
    return connected_components(edges[["node_a", "node_b"]])
