-- What source_reconciliation counts as quarantined lies in quarantined_records, input by input.
with reconciled as (
    select
        input,
        sum(quarantined_rows) as row_count
    from {{ ref('source_reconciliation') }}
    group by input
),

quarantined as (
    select
        input,
        count(*) as row_count
    from {{ ref('quarantined_records') }}
    group by input
)

select
    coalesce(reconciled.input, quarantined.input) as input,
    reconciled.row_count as reconciled_rows,
    quarantined.row_count as quarantined_rows
from reconciled
full outer join quarantined
    on reconciled.input = quarantined.input
where coalesce(reconciled.row_count, 0) <> coalesce(quarantined.row_count, 0)
