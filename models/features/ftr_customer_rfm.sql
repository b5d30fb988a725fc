-- One row per customer who bought in the feature window: recency, frequency and monetary scores.
{%- set rfm = covey.rfm_settings() %}
with orders as (
    select
        customer_key,
        recency_days as recency,
        order_count as frequency,
        monetary
    from {{ ref('ftr_customer_orders') }}
),

population as (
    select
        {%- for measure in covey.rfm_measures() if rfm.scoring != 'midrank' %}
        {%- for bin in range(1, rfm.bins) %}
        {{ covey.rfm_cut(measure, bin, rfm) }} as {{ measure }}_cut_{{ bin }},
        {%- endfor %}
        {%- endfor %}
        count(*) as customer_count
    from orders
),

scored as (
    select
        orders.customer_key,
        {{ covey.rfm_score('recency', rfm) }} as recency_score,
        {{ covey.rfm_score('frequency', rfm) }} as frequency_score,
        {{ covey.rfm_score('monetary', rfm) }} as monetary_score
    from orders
    cross join population
),

placed as (
    select
        *,
        {{ covey.rfm_cell('recency_score', rfm) }} as recency_cell,
        {{ covey.rfm_cell('frequency_score', rfm) }} as frequency_cell,
        {{ covey.rfm_cell('monetary_score', rfm) }} as monetary_cell,
        {{ covey.rfm_composite(rfm) }} as rfm_composite
    from scored
),

grid as (
    select *
    from {{ ref('rfm_grids') }}
    where grid = {{ dbt.string_literal(dbt.escape_single_quotes(rfm.grid)) }}
),

final as (
    select
        placed.customer_key,
        grid.rfm_segment,
        placed.recency_score,
        placed.frequency_score,
        placed.monetary_score,
        {% if rfm.bins > 9 -%}
        cast(null as {{ dbt.type_int() }}) as rfm_score,
        {%- else -%}
        placed.recency_score * 100 + placed.frequency_score * 10 + placed.monetary_score
            as rfm_score,
        {%- endif %}
        placed.rfm_composite
    from placed
    left join grid
        on
            placed.recency_cell between grid.recency_from and grid.recency_to
            and placed.frequency_cell between grid.frequency_from and grid.frequency_to
            and placed.monetary_cell between grid.monetary_from and grid.monetary_to
)

select * from final
