-- One row per web or app event.
with kept as (
    {{ covey.kept_rows('web_events') }}
),

base_web_events as (
    select
        *,
        lower(event_name) as event_alias
    from kept
),

event_taxonomy as (
    select
        source_event_name,
        event_name
    from {{ ref('event_taxonomy') }}
),

final as (
    select
        base_web_events.event_id,
        -- An event that the taxonomy does not know keeps its own name.
        coalesce(event_taxonomy.event_name, base_web_events.event_alias) as event_name,
        base_web_events.anonymous_id,
        base_web_events.user_id,
        base_web_events.session_id,
        base_web_events.page_url,
        base_web_events.referrer,
        base_web_events.utm_source,
        base_web_events.utm_medium,
        base_web_events.utm_campaign,
        base_web_events.device_type,
        base_web_events.user_agent,
        base_web_events.country,
        base_web_events.product_id,
        base_web_events.category,
        base_web_events.cart_id,
        base_web_events.search_term,
        base_web_events.properties,
        base_web_events.cart_value,
        base_web_events.quantity,
        base_web_events.price,
        base_web_events.scroll_depth,
        base_web_events.received_at,
        -- Nothing can happen after it was received: a device clock that runs ahead is set back.
        case
            when base_web_events.occurred_at > base_web_events.received_at
                then base_web_events.received_at
            else base_web_events.occurred_at
        end as occurred_at
    from base_web_events
    left join event_taxonomy
        on base_web_events.event_alias = event_taxonomy.source_event_name
)

select * from final
