{#- Every number that covey doctor judges by. `enough` and `thin` are the least (for recency_days the
    most) that a line of "Is there enough data" needs to be called so; less is insufficient.
    buyers: under 200 a k-means of four segments has groups of fewer than 50. repeat_buyers: frequency
    and cadence need a second order. months: a year shows every season once. recency_days: older data
    describes customers as they were. The shares say what part of the rows can reach a customer.
    column_score is the least certainty of a column that is proposed without a question mark, doubtful
    the least that is shown at all; table_fit the least for a table. -#}
{% macro doctor_bounds() %}
    {{ return({
        'buyers': {'enough': 1000, 'thin': 200},
        'repeat_buyers': {'enough': 300, 'thin': 50},
        'months': {'enough': 12, 'thin': 6},
        'recency_days': {'enough': 30, 'thin': 90},
        'orders_identified': {'enough': 0.9, 'thin': 0.5},
        'orders_joined': {'enough': 0.9, 'thin': 0.5},
        'items_joined': {'enough': 0.9, 'thin': 0.5},
        'events_identified': {'enough': 0.2, 'thin': 0.05},
        'column_score': 0.75,
        'doubtful': 0.68,
        'table_fit': 0.6
    }) }}
{% endmacro %}
