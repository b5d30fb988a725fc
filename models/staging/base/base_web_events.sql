-- One row per row of the web_events input, with its verdict: kept, duplicate or quarantined.
with parsed as (
    {{ covey.parsed_input('web_events') }}
),

checked as (
    select
        *,
        case
            {{ covey.missing_required() }}
            when coalesce(anonymous_id, user_id) is null then 'no identifier'
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
        {{ covey.row_status(['event_id'], order_by=['received_at nulls last']) }} as row_status
    from verdicts
)

select * from final
