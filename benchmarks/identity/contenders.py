"""The contenders of the identity benchmark: `contenders.py covey <folder> <threads>`."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

AUTO, REVIEW = 0.99, 0.5
CHANGED = 1000
PARTS: dict[str, float] = {}


@contextmanager
def part(name: str) -> Iterator[None]:
    """Note how long a part takes."""
    start = time.perf_counter()
    yield
    PARTS[name] = time.perf_counter() - start


def data(config: dict[str, Any]) -> None:
    """Write the CRM records of as many whole people as have about the number wanted."""
    demo, folder = Path(config["demo"]), Path(config["folder"])
    duckdb.execute(
        f"""
        copy (
            with records as (
                select * from '{demo}/customers.parquet'
                where customer_id is not null
                qualify row_number() over (
                    partition by source_system, customer_id order by updated_at desc nulls last
                ) = 1
            )
            select
                source_system || ':' || customer_id as record_id, person_id,
                first_name, last_name, cast(birth_date as varchar) as birth_date,
                nullif(lower(trim(email)), '') as email, phone, address, city, postal_code
            from records
            inner join '{demo}/truth/people.parquet' using (source_system, customer_id)
            order by md5(person_id), person_id, record_id
            limit {config["records"]}
        ) to '{folder}/records.parquet'
        """
    )


def read(folder: Path) -> pa.Table:
    """Return the records without their truth."""
    return pq.read_table(folder / "records.parquet").drop_columns(["person_id"])


def clusters_of(matches: Any, records: pa.Table) -> pa.Table:
    """Cluster as covey does, of pairs from a probability on."""
    from covey.identity import connected_components

    pairs = matches.filter(pa.compute.greater_equal(matches["match_probability"], AUTO))
    alone = pa.table({"node_a": records["record_id"], "node_b": records["record_id"]})
    joined = pairs.select(["record_id_a", "record_id_b"]).rename_columns(["node_a", "node_b"])
    edges = pa.concat_tables([joined.cast(alone.schema), alone]).to_pandas()
    return pa.Table.from_pandas(connected_components(edges), preserve_index=False)


def covey(folder: Path) -> pa.Table:
    """Train, compare and cluster, as the models of covey do in a first run."""
    from covey.matching import fit_matching, update_matches

    records = read(folder)
    with part("train"):
        parameters = fit_matching(records)
    with part("compare"):
        matches = update_matches(records, parameters, least_probability=REVIEW)
    with part("cluster"):
        clusters = clusters_of(matches, records)
    parameters.to_pickle(folder / "parameters.pkl")
    pq.write_table(matches, folder / "matches.parquet")
    return clusters


def covey_day(folder: Path) -> pa.Table:
    """Compare what has changed since, as the models of covey do in a later run."""
    import pandas as pd

    from covey.matching import update_matches

    frame = read(folder).to_pandas()
    moved = frame["record_id"].sort_values().index[:CHANGED]
    frame.loc[moved, "postal_code"] = "00001"
    records = pa.Table.from_pandas(frame, preserve_index=False)
    parameters = pd.read_pickle(folder / "parameters.pkl")
    previous = pq.read_table(folder / "matches.parquet")
    PARTS.clear()
    with part("compare"):
        matches = update_matches(records, parameters, least_probability=REVIEW, previous=previous)
    with part("cluster"):
        return clusters_of(matches, records)


def splink(folder: Path) -> pa.Table:
    """Train, compare and cluster with Splink, with the comparisons that it brings."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    records = read(folder)
    connection = duckdb.connect()
    connection.register("given", records)
    connection.execute("create table records as from given")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.JaroWinklerAtThresholds("address", [0.92]),
            cl.ExactMatch("postal_code"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("first_name", "last_name", "city"),
            block_on("last_name", "birth_date"),
            block_on("first_name", "birth_date"),
            block_on("last_name", "postal_code"),
        ],
    )
    linker = Linker(DuckDBAPI(connection).register("records"), settings, log_level="ERROR")
    with part("train"):
        training = linker.training
        training.estimate_probability_two_random_records_match(
            [block_on("first_name", "last_name", "birth_date"), block_on("email")], recall=0.7
        )
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("first_name", "last_name"), block_on("birth_date")):
            training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    with part("compare"):
        pairs = linker.inference.predict(threshold_match_probability=REVIEW)
    with part("cluster"):
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=AUTO
        )
        return connection.sql(
            f"select record_id as node, cluster_id as component_id from {found.physical_name}"
        ).to_arrow_table()


def quality(clusters: pa.Table, folder: Path) -> dict[str, float]:
    """Return precision and recall over pairs of records."""
    return (
        duckdb.execute(
            """
        with records as (
            select clusters.component_id, truth.person_id
            from clusters inner join read_parquet(?) as truth on clusters.node = truth.record_id
        ),
        pairs as (
            select
                (select sum(n * (n - 1) / 2) from (
                    select count(*) as n from records group by component_id, person_id
                )) as hits,
                (select sum(n * (n - 1) / 2) from (
                    select count(*) as n from records group by component_id
                )) as joined,
                (select sum(n * (n - 1) / 2) from (
                    select count(*) as n from records group by person_id
                )) as true_pairs,
                (select count(*) from records) as records
        )
        select hits / joined as precision, hits / true_pairs as recall, true_pairs, records
        from pairs
        """,
            [str(folder / "records.parquet")],
        )
        .fetchdf()
        .iloc[0]
        .to_dict()
    )


def closure(folder: Path) -> dict[str, Any]:
    """Cluster random edges between text nodes, and compare with union-find."""
    import numpy as np
    import pandas as pd

    from covey.identity import connected_components

    count = int((folder / "edges").read_text(encoding="utf-8"))
    tails, heads = np.random.default_rng(0).integers(count, size=(2, count))
    names = np.array([f"n{number:08d}" for number in range(count)], dtype=object)
    edges = pd.DataFrame({"node_a": names[tails], "node_b": names[heads]})
    start = time.perf_counter()
    found = connected_components(edges)
    wall = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for tail, head in zip(tails.tolist(), heads.tolist(), strict=True):
        low, high = sorted((root(tail), root(head)))
        parent[high] = low
    seen = np.unique(np.concatenate([tails, heads]))
    roots = np.array([root(node) for node in seen.tolist()])
    equal = (found["node"].to_numpy() == names[seen]).all()
    equal &= (found["component_id"].to_numpy() == names[roots]).all()
    if not equal:
        raise SystemExit("connected components differ from union-find")
    return {
        "wall": wall,
        "peak": peak,
        "nodes": len(seen),
        "components": int(found["component_id"].nunique()),
    }


def measured(contender: Callable[[Path], pa.Table], folder: Path) -> dict[str, Any]:
    """Run a contender; return its time, its memory and how good its clusters are."""
    before = time.process_time()
    clusters = contender(folder)
    result = {
        "wall": sum(PARTS.values()),
        "cpu": time.process_time() - before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "parts": PARTS,
        "changed": CHANGED,
    }
    return result | quality(clusters, folder)


def main() -> None:
    """Run one contender and print its figures as JSON."""
    if sys.argv[1] == "data":
        data(json.loads(sys.argv[2]))
        return
    folder = Path(sys.argv[2])
    if sys.argv[1] == "closure":
        print(json.dumps(closure(folder)))
        return
    contenders = {"covey": covey, "covey_day": covey_day, "splink": splink}
    print(json.dumps(measured(contenders[sys.argv[1]], folder)))


if __name__ == "__main__":
    main()
