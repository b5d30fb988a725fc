-- One row per row of the customers input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('customers') }}
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
        extra_attributes,
        unparsable_columns,
        quarantine_reason,
        {{ covey.rejected_row() }} as source_row
    from checked
),

final as (
    select
        *,
        {{ covey.row_status(
            ['source_system', 'customer_id'],
            order_by=['updated_at desc nulls last']
        ) }} as row_status
    from verdicts
)

select * from final
