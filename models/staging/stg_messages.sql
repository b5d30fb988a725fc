-- One row per message event.
with kept as (
    {{ covey.kept_rows('messages') }}
),

code_aliases as (
    select
        alias,
        code
    from {{ ref('code_aliases') }}
    where code_type = 'message_channel'
),

final as (
    select
        event_id,
        occurred_at,
        -- A channel that no alias knows stays as it came.
        coalesce(code_aliases.code, lower(kept.channel)) as channel,
        lower(event_type) as event_type,
        customer_id,
        email,
        campaign_id,
        message_id,
        coalesce(is_machine_open, false) as is_machine_open
    from kept
    left join code_aliases
        on lower(kept.channel) = code_aliases.alias
)

select * from final
