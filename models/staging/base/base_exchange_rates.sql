-- One row per row of the exchange_rates input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('exchange_rates') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when rate_to_reporting <= 0 then 'rate_to_reporting is not positive'
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
        {{ covey.row_status(['currency', 'rate_date']) }} as row_status
    from verdicts
)

select * from final
