-- One row per customer who bought in the feature window: recency, frequency and monetary scores.
{%- set bins = covey.setting('covey_rfm_bins') %}
with orders as (
    select
        customer_key,
        recency_days as recency,
        order_count as frequency,
        monetary
    from {{ ref('ftr_customer_orders') }}
),

cuts as (
    select
        {%- for measure in ['recency', 'frequency', 'monetary'] %}
        {%- for bin in range(1, bins) %}
        {{ covey.quantile_cont(measure, bin / bins) }} + {{ var('covey_rfm_cut_offset') }}
            as {{ measure }}_cut_{{ bin }},
        {%- endfor %}
        {%- endfor %}
        count(*) as customer_count
    from orders
),

scored as (
    select
        orders.customer_key,
        -- The fewer days the better.
        {{ bins }} + 1 - ({{ covey.score_by_cuts('orders.recency', 'cuts.recency_cut_', bins) }})
            as recency_score,
        {{ covey.score_by_cuts('orders.frequency', 'cuts.frequency_cut_', bins) }}
            as frequency_score,
        {{ covey.score_by_cuts('orders.monetary', 'cuts.monetary_cut_', bins) }}
            as monetary_score
    from orders
    cross join cuts
),

grid as (
    select
        recency_score,
        frequency_score,
        rfm_segment
    from {{ ref('rfm_grid') }}
),

final as (
    select
        scored.customer_key,
        grid.rfm_segment,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        scored.recency_score * 100 + scored.frequency_score * 10 + scored.monetary_score
            as rfm_score
    from scored
    left join grid
        on
            scored.recency_score = grid.recency_score
            and scored.frequency_score = grid.frequency_score
)

select * from final
