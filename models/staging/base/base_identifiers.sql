-- One row per row of the identifiers input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('identifiers') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when not {{ covey.is_identifier_type('id_type_a') }} then 'unknown id_type_a'
            when not {{ covey.is_identifier_type('id_type_b') }} then 'unknown id_type_b'
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
            ['id_type_a', 'id_a', 'id_type_b', 'id_b', 'source_system'],
            order_by=['seen_at']
        ) }} as row_status
    from verdicts
)

select * from final
