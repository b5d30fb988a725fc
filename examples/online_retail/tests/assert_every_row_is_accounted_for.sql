-- Of each input every row is kept, a repeat or quarantined, in exactly these numbers.
with expected as (
    select
        'orders' as input,
        541909 as raw_rows,
        401604 as kept_rows,
        5225 as duplicate_rows,
        135080 as quarantined_rows
    union all
    select
        'order_items' as input,
        541909 as raw_rows,
        536641 as kept_rows,
        5268 as duplicate_rows,
        0 as quarantined_rows
    union all
    select
        'products' as input,
        3828 as raw_rows,
        3828 as kept_rows,
        0 as duplicate_rows,
        0 as quarantined_rows
    union all
    select
        'customers' as input,
        4380 as raw_rows,
        4372 as kept_rows,
        8 as duplicate_rows,
        0 as quarantined_rows
),

reconciled as (
    select
        input,
        sum(raw_rows) as raw_rows,
        sum(kept_rows) as kept_rows,
        sum(duplicate_rows) as duplicate_rows,
        sum(quarantined_rows) as quarantined_rows
    from {{ ref('source_reconciliation') }}
    group by input
),

final as (
    select
        coalesce(expected.input, reconciled.input) as input,
        reconciled.raw_rows,
        reconciled.kept_rows,
        reconciled.duplicate_rows,
        reconciled.quarantined_rows,
        coalesce(expected.raw_rows, 0) as expected_raw_rows,
        coalesce(expected.kept_rows, 0) as expected_kept_rows,
        coalesce(expected.duplicate_rows, 0) as expected_duplicate_rows,
        coalesce(expected.quarantined_rows, 0) as expected_quarantined_rows
    from reconciled
    full outer join expected
        on reconciled.input = expected.input
)

select *
from final
where
    raw_rows is distinct from expected_raw_rows
    or kept_rows is distinct from expected_kept_rows
    or duplicate_rows is distinct from expected_duplicate_rows
    or quarantined_rows is distinct from expected_quarantined_rows
