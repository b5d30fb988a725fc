-- One row per message event.
with base_messages as (
    select *
    from {{ ref('base_messages') }}
    where row_status = 'kept'
),

final as (
    select
        event_id,
        occurred_at,
        lower(channel) as channel,
        lower(event_type) as event_type,
        customer_id,
        {{ covey.standard_email('email') }} as email,
        campaign_id,
        message_id,
        coalesce(is_machine_open, false) as is_machine_open
    from base_messages
)

select * from final
