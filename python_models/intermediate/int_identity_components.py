"""One row per personal identifier: the person it is resolved to."""

from covey.identity import connected_components, resolve_people


def model(dbt, session):
    dbt.config(materialized="table", schema="personal")
    edges = dbt.ref("int_identity_edges")
    edges = edges.project("node_a, node_b, strength, match_method").df()
    verdicts = dbt.ref("int_identity_verdicts").df()
    people = resolve_people(
        edges[["node_a", "node_b", "strength"]],
        separated=verdicts[verdicts["verdict"] == "different"],
        most_per_person=dbt.config.get("most_per_person"),
    )
    seen_together = connected_components(edges[edges["match_method"] == "exact"])
    return people.merge(seen_together.rename(columns={"component_id": "exact_id"}), on="node")
