{#- The select of stg_web_events, restricted to the days (`activity_date`) of a relation where one is
    named: a view cannot be asked for a day without reading every row of it. -#}
{% macro staged_web_events(days=none, dates=none) -%}
with kept as (
    {{ covey.kept_rows('web_events', days, dates) }}
),

named as (
    select
        *,
        {{ covey.happened_at('web_events') }} as happened_at,
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
        named.event_id,
        -- An event that the taxonomy does not know keeps its own name.
        coalesce(event_taxonomy.event_name, named.event_alias) as event_name,
        named.anonymous_id,
        named.user_id,
        named.session_id,
        named.page_url,
        named.referrer,
        named.utm_source,
        named.utm_medium,
        named.utm_campaign,
        named.device_type,
        named.user_agent,
        named.country,
        named.region,
        named.product_id,
        named.category,
        named.cart_id,
        named.search_term,
        named.properties,
        named.cart_value,
        named.quantity,
        named.price,
        named.scroll_depth,
        named.received_at,
        named.happened_at as occurred_at
    from named
    left join event_taxonomy
        on named.event_alias = event_taxonomy.source_event_name
)

select * from final
{%- endmacro %}
