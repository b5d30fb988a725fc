-- One row per message event.
with kept as (
    {{ covey.kept_rows('messages') }}
),

final as (
    select
        event_id,
        occurred_at,
        lower(channel) as channel,
        lower(event_type) as event_type,
        customer_id,
        email,
        campaign_id,
        message_id,
        coalesce(is_machine_open, false) as is_machine_open
    from kept
)

select * from final
