-- The boxes of each grid, and of the grid that is used, cover every cell of five scores once.
with grids as (
    select grid
    from {{ ref('rfm_grids') }}
    union
    select {{ dbt.string_literal(dbt.escape_single_quotes(covey.rfm_settings().grid)) }} as grid
),

scores as (
    {%- for score in range(1, 6) %}
    select {{ score }} as score
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cells as (
    select
        grids.grid,
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score
    from grids
    cross join scores as recency
    cross join scores as frequency
    cross join scores as monetary
),

final as (
    select
        cells.grid,
        cells.recency_score,
        cells.frequency_score,
        cells.monetary_score,
        count(boxes.grid) as box_count
    from cells
    left join {{ ref('rfm_grids') }} as boxes
        on
            cells.grid = boxes.grid
            and cells.recency_score between boxes.recency_from and boxes.recency_to
            and cells.frequency_score between boxes.frequency_from and boxes.frequency_to
            and cells.monetary_score between boxes.monetary_from and boxes.monetary_to
    group by
        cells.grid, cells.recency_score, cells.frequency_score, cells.monetary_score
)

select *
from final
where box_count <> 1
