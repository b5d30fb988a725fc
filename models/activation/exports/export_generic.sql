-- One row per destination, audience, customer and operation: plain files, without personal data.
with entries as (
    select *
    from {{ ref('int_export_entries') }}
    where vendor = 'generic'
),

member_segments as (
    select
        customer_segments.customer_key,
        segments.segment_name,
        segments.persona_id
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('segments') }} as segments
        on
            customer_segments.segmentation = segments.segmentation
            and customer_segments.segment_id = segments.segment_id
    where customer_segments.segmentation = '{{ var("covey_primary_segmentation") }}'
),

final as (
    select
        entries.destination_id,
        entries.audience_id,
        entries.customer_key,
        entries.operation,
        entries.change_type,
        case when entries.operation = 'add' then member_segments.segment_name end as segment_name,
        case when entries.operation = 'add' then member_segments.persona_id end as persona_id,
        entries.consent_basis,
        entries.is_holdout,
        entries.valid_until
    from entries
    left join member_segments
        on entries.customer_key = member_segments.customer_key
)

select * from final
