-- One row per row of the messages input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('messages') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when coalesce(customer_id, email) is null then 'no identifier'
            when
                lower(event_type) not in (
                    'sent', 'delivered', 'open', 'click', 'bounce', 'unsubscribe', 'complaint'
                )
                then 'unknown event_type'
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
