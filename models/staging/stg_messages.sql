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
        kept.event_id,
        kept.occurred_at,
        -- A channel that no alias knows stays as it came.
        coalesce(code_aliases.code, lower(kept.channel)) as channel,
        lower(kept.event_type) as event_type,
        kept.customer_id,
        kept.email,
        kept.campaign_id,
        kept.message_id,
        coalesce(kept.is_machine_open, false) as is_machine_open
    from kept
    left join code_aliases
        on lower(kept.channel) = code_aliases.alias
)

select * from final
