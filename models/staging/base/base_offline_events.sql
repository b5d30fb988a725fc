-- One row per row of the offline_events input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('offline_events') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
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
        {{ covey.row_status(['event_id']) }} as row_status
    from verdicts
)

select * from final
