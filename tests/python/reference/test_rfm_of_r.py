"""RFM scores against the results that the R package rfm 0.3.0 publishes for its order table."""

from __future__ import annotations

from conftest import Project, shared_file


def test_scores_equal_those_of_the_r_package(empty: Project) -> None:
    # Source: README and tests of CRAN rfm 0.3.0, data set rfm_data_orders, 2006-12-31, five bins.
    orders = shared_file("r_rfm/rfm_data_orders.parquet")
    empty.dbt(
        "build",
        "--select",
        "+ftr_customer_rfm",
        "--indirect-selection",
        "cautious",
        variables={
            "covey_demo_data_dir": None,
            "covey_orders_relation": f"read_parquet('{orders}')",
            "covey_orders_columns": {
                "order_id": "row_number() over (order by order_date, customer_id, revenue)",
                "customer_id": "customer_id",
                "ordered_at": "order_date",
                "net_amount": "revenue",
            },
            "covey_as_of": "2006-12-31",
            "covey_feature_window_days": 20000,
            "covey_rfm": {"cut_offset": 1, "grid": "r_rfm"},
        },
    )
    assert empty.query(
        "select count(*), sum(order_count) from covey_features.ftr_customer_orders"
    ) == [(995, 4906)]
    champions = """
        select count(*), sum(order_count), round(sum(monetary))
        from covey_features.ftr_customer_rfm
        inner join covey_features.ftr_customer_orders using (customer_key)
        where least(recency_score, frequency_score, monetary_score) >= 4
    """
    assert empty.query(champions) == [(158, 1234, 120178)]
    published = """
        select identities.node, orders.recency_days, orders.order_count, orders.monetary, rfm_score
        from covey_features.ftr_customer_rfm
        inner join covey_features.ftr_customer_orders as orders using (customer_key)
        inner join covey_personal.int_identities as identities using (customer_key)
        where identities.node in (
            'customer_id:shop:Abbey O''Reilly',
            'customer_id:shop:Add Senger',
            'customer_id:shop:Aden Murphy'
        )
        order by all
    """
    found = {node.split(":")[2]: tuple(values) for node, *values in empty.query(published)}
    assert found["Abbey O'Reilly"] == (205, 6, 472.0, 343)
    assert found["Add Senger"] == (140, 3, 340.0, 412)
    assert found["Aden Murphy"] == (98, 7, 596.0, 544)
    # Source: reference page of rfm_segment_summary, rfm 0.3.0: customers, orders and revenue.
    segments = """
        select rfm_segment, count(*), sum(order_count), round(sum(monetary))
        from covey_features.ftr_customer_rfm
        inner join covey_features.ftr_customer_orders using (customer_key)
        group by rfm_segment
        order by rfm_segment
    """
    assert empty.query(segments) == [
        ("About to sleep", 102, 283, 23449),
        ("At risk", 28, 216, 22227),
        ("Cannot lose them", 47, 274, 32446),
        ("Champions", 35, 316, 31646),
        ("Lost", 148, 393, 35324),
        ("Loyal", 170, 799, 76562),
        ("Need attention", 10, 57, 4562),
        ("New customers", 104, 329, 28837),
        ("Potential loyalists", 342, 2211, 204856),
        ("Promising", 9, 28, 4249),
    ]


def test_equal_values_get_equal_scores(built: Project) -> None:
    for value, score in [
        ("recency_days", "recency_score"),
        ("order_count", "frequency_score"),
        ("monetary", "monetary_score"),
    ]:
        split = built.query(
            f"""
            select {value}
            from covey_features.customer_features
            where {score} is not null
            group by {value}
            having count(distinct {score}) > 1
            """
        )
        assert split == [], value
