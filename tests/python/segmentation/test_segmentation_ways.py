"""On the bundled data SQL and Python assign the same segments; a second run changes none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

MODELS = ["assign_customers", "scored_customers", "customer_segments"]


def segments_of(project) -> pd.DataFrame:
    columns = "segmentation, customer_key, segment_id, model_id, is_outlier"
    numbers = "probability, distance, margin, entropy"
    rows = project.query(
        f"select {columns}, {numbers} from covey_segmentation.customer_segments "
        f"order by segmentation, customer_key"
    )
    names = f"{columns}, {numbers}".split(", ")
    return pd.DataFrame(rows, columns=names)


def test_both_ways_and_a_second_run_agree(built, tmp_path: Path) -> None:
    by_sql = segments_of(built)
    project = built.copy(tmp_path)
    project.dbt("run", "--select", *MODELS)
    pd.testing.assert_frame_equal(segments_of(project), by_sql)
    project.dbt("run", "--select", *MODELS, variables={"covey_apply": "python"})
    scored = project.query("select count(*) from covey_segmentation.scored_customers")
    assert scored == [(0,)]
    by_python = segments_of(project)
    sure = ~(by_sql["margin"] <= 1e-9)
    pd.testing.assert_frame_equal(by_python[sure], by_sql[sure], rtol=1e-9)
    assert sure.mean() > 0.99
    assert np.isfinite(by_python["entropy"]).all()
