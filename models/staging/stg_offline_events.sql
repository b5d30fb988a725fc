-- One row per offline event.
with base_offline_events as (
    select *
    from {{ ref('base_offline_events') }}
    where row_status = 'kept'
),

final as (
    select
        event_id,
        occurred_at,
        event_type,
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        source_system,
        store_id,
        device_id,
        value
    from base_offline_events
)

select * from final
