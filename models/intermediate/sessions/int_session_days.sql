{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='event_date',
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_changed_days(
        ['sessions'], \"'sessions'\", 'event_date', [var('covey_bot_events_per_minute')],
        days='int_session_dates'
    ) }}"
) }}
-- One row per session and day: the daily rollup of web events.
{%- set rate = var('covey_bot_events_per_minute') %}
with {{ covey.changed_days(
    ['sessions'], "'sessions'", 'event_date', [rate], days='int_session_dates'
) }},

events as (
    select
        events.session_id,
        events.visitor_id,
        events.event_name,
        events.anonymous_id,
        events.user_id,
        events.region,
        events.user_agent,
        events.device_type,
        events.event_position,
        events.occurred_at,
        events.event_date,
        changed_days.built_from
    from {{ ref('int_web_events_sessionized') }} as events
    inner join changed_days
        on events.event_date = changed_days.activity_date
),

-- Read again, not from above: most visitors have too few events a day to be looked at.
busy_visitors as (
    select
        events.visitor_id,
        events.event_date
    from {{ ref('int_web_events_sessionized') }} as events
    inner join changed_days
        on events.event_date = changed_days.activity_date
    group by events.visitor_id, events.event_date
    having count(*) > {{ rate }}
),

visitor_minutes as (
    select
        events.visitor_id,
        events.event_date
    from {{ ref('int_web_events_sessionized') }} as events
    inner join busy_visitors
        on
            events.visitor_id = busy_visitors.visitor_id
            and events.event_date = busy_visitors.event_date
    group by
        events.visitor_id,
        events.event_date,
        date_trunc('minute', events.occurred_at)
    having count(*) > {{ rate }}
),

racing_visitors as (
    select distinct
        visitor_id,
        event_date
    from visitor_minutes
),

session_days as (
    select
        session_id,
        -- A session has one visitor.
        {{ dbt.any_value('visitor_id') }} as visitor_id,
        {{ dbt.any_value('anonymous_id') }} as anonymous_id,
        min(user_id) as user_id,
        min(region) as region,
        min(user_agent) as user_agent,
        min(device_type) as device_type,
        count(*) as event_count,
        count(case when event_name in ('page_view', 'product_view', 'search') then 1 end)
            as page_count,
        count(case when event_name = 'product_view' then 1 end) as product_view_count,
        count(case when event_name = 'search' then 1 end) as search_count,
        count(case when event_name = 'add_to_cart' then 1 end) as cart_add_count,
        count(case when event_name = 'checkout_start' then 1 end) as checkout_count,
        count(case when event_name = 'purchase' then 1 end) as purchase_count,
        -- The same for sessions with the same kinds of events at the same places.
        sum({{ covey.row_hash(['event_name', 'event_position']) }}) as path_hash,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        min(event_position) = 1 as has_start,
        event_date,
        {{ dbt.any_value('built_from') }} as built_from
    from events
    group by session_id, event_date
),

final as (
    select
        session_days.*,
        -- The visitor, in whatever session.
        racing_visitors.visitor_id is not null as is_racing
    from session_days
    left join racing_visitors
        on
            session_days.visitor_id = racing_visitors.visitor_id
            and session_days.event_date = racing_visitors.event_date
)

select * from final
