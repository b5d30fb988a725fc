-- One row per input and verdict that set rows of it aside.
with inputs as (
    select *
    from {{ ref('board_inputs') }}
),

set_aside as (
    select
        input,
        'duplicate' as verdict,
        duplicate_rows as row_count,
        raw_rows,
        kept_rows
    from inputs
    where duplicate_rows > 0
    union all
    select
        input,
        'quarantined' as verdict,
        quarantined_rows as row_count,
        raw_rows,
        kept_rows
    from inputs
    where quarantined_rows > 0
),

final as (
    select
        input,
        verdict,
        row_count,
        cast(row_count * 1.0 / raw_rows as {{ covey.type_double() }}) as row_share,
        cast(kept_rows * 1.0 / raw_rows as {{ covey.type_double() }}) as kept_share
    from set_aside
)

select * from final
