-- One row per destination, audience, customer and operation: plain files, without personal data.
with entries as (
    select *
    from {{ ref('int_export_entries') }}
    where vendor = 'generic'
),

segment_members as (
    select
        customer_key,
        segment_name,
        persona_id
    from {{ ref('int_segment_members') }}
),

final as (
    select
        entries.destination_id,
        entries.audience_id,
        entries.customer_key,
        entries.operation,
        entries.change_type,
        case when entries.operation = 'add' then segment_members.segment_name end as segment_name,
        case when entries.operation = 'add' then segment_members.persona_id end as persona_id,
        entries.consent_basis,
        entries.is_holdout,
        entries.valid_until
    from entries
    left join segment_members
        on entries.customer_key = segment_members.customer_key
)

select * from final
