-- The 135,080 lines without a customer are quarantined for that reason, and nothing else is.
with expected as (
    select
        'orders' as input,
        'no identifier' as reason,
        135080 as row_count
),

quarantined as (
    select
        input,
        reason,
        count(*) as row_count
    from {{ ref('quarantined_records') }}
    group by input, reason
),

final as (
    select
        coalesce(expected.input, quarantined.input) as input,
        coalesce(expected.reason, quarantined.reason) as reason,
        expected.row_count as expected_rows,
        quarantined.row_count as quarantined_rows
    from expected
    full outer join quarantined
        on
            expected.input = quarantined.input
            and expected.reason = quarantined.reason
)

select *
from final
where quarantined_rows is distinct from expected_rows
