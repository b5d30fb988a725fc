-- Every row of every input, counted on the input itself, is kept, a duplicate or quarantined.
with inputs as (
    {%- for input in covey.input_names() %}
    select
        '{{ input }}' as input,
        {{ covey.raw_row_count(input) }} as row_count
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

reconciled as (
    select
        input,
        sum(raw_rows) as row_count,
        sum(kept_rows + duplicate_rows + quarantined_rows) as judged_row_count
    from {{ ref('source_reconciliation') }}
    group by input
)

select
    inputs.input,
    inputs.row_count as input_rows,
    reconciled.row_count as reconciled_rows,
    reconciled.judged_row_count as judged_rows
from inputs
left join reconciled
    on inputs.input = reconciled.input
where
    inputs.row_count <> coalesce(reconciled.row_count, 0)
    or inputs.row_count <> coalesce(reconciled.judged_row_count, 0)
