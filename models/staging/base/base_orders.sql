-- One row per row of the orders input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('orders') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when coalesce(customer_id, email, loyalty_number, anonymous_id) is null
                then 'no identifier'
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
        {{ covey.row_status(['source_system', 'order_id', 'line_id']) }} as row_status
    from verdicts
)

select * from final
