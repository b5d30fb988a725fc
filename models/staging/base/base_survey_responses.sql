-- One row per row of the survey_responses input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('survey_responses') }}
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
        {{ covey.row_status(
            ['identifier_type', 'identifier', 'question_id', 'answered_at']
        ) }} as row_status
    from verdicts
)

select * from final
