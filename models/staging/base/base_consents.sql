-- One row per row of the consents input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('consents') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when lower(status) not in ('granted', 'denied', 'withdrawn') then 'unknown status'
            when not {{ covey.is_identifier_type('identifier_type') }}
                then 'unknown identifier_type'
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
        {{ covey.row_status(
            ['identifier_type', 'identifier', 'purpose', 'channel', 'changed_at', 'status']
        ) }} as row_status
    from verdicts
)

select * from final
