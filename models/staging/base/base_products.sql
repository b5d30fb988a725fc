-- One row per row of the products input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('products') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
        end as quarantine_reason
    from parsed
),

verdicts as (
    select
        {{ covey.contract_columns() }},
        unparsable_columns,
        quarantine_reason,
        {{ covey.rejected_row() }} as source_row
    from checked
),

final as (
    select
        *,
        {{ covey.row_status(['product_id']) }} as row_status
    from verdicts
)

select * from final
