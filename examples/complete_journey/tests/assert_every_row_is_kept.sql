-- Every row of every table is kept: none is a duplicate, none is quarantined, none is lost.
with expected as (
    select
        'orders' as input,
        1469307 as row_count
    union all
    select
        'order_items' as input,
        1469307 as row_count
    union all
    select
        'products' as input,
        92331 as row_count
    union all
    select
        'customers' as input,
        801 as row_count
    union all
    select
        'messages' as input,
        8691 as row_count
),

source_reconciliation as (
    select
        input,
        sum(raw_rows) as raw_rows,
        sum(kept_rows) as kept_rows
    from {{ ref('source_reconciliation') }}
    group by input
),

final as (
    select
        source_reconciliation.*,
        coalesce(expected.row_count, 0) as expected_rows
    from source_reconciliation
    left join expected
        on source_reconciliation.input = expected.input
    where
        source_reconciliation.raw_rows <> coalesce(expected.row_count, 0)
        or source_reconciliation.kept_rows <> coalesce(expected.row_count, 0)
)

select * from final
