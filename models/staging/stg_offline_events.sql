-- One row per offline event.
with kept as (
    {{ covey.kept_rows('offline_events') }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'kept', "case when lower(identifier_type) = 'phone' then identifier end"
    ) }}
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
    from phones_standardised
)

select * from final
