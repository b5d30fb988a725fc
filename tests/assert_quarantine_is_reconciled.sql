-- What source_reconciliation counts as quarantined lies in quarantined_records, input by input.
with quarantined as (
    select
        input,
        count(*) as row_count
    from {{ ref('quarantined_records') }}
    group by input
)

select source_reconciliation.input
from {{ ref('source_reconciliation') }} as source_reconciliation
left join quarantined
    on source_reconciliation.input = quarantined.input
where source_reconciliation.quarantined_rows <> coalesce(quarantined.row_count, 0)
