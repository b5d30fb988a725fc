-- One row per session of a visitor up to the as-of date, with its customer where known; sessions of
-- machines are marked.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

-- What came after the as-of date was not known on it, though the session went on.
events as (
    select events.*
    from {{ ref('int_web_events_sessionized') }} as events
    cross join as_of
    where events.event_date <= as_of.as_of_date
),

machine_patterns as (
    select pattern
    from {{ ref('bot_user_agents') }}
),

machine_user_agents as (
    select distinct events.user_agent
    from events
    inner join machine_patterns
        on events.user_agent like '%' || machine_patterns.pattern || '%'
),

events_by_minute as (
    select
        visitor_id,
        date_trunc('minute', occurred_at) as occurred_minute,
        count(*) as event_count
    from events
    group by visitor_id, date_trunc('minute', occurred_at)
),

racing_visitors as (
    select visitor_id
    from events_by_minute
    group by visitor_id
    having max(event_count) > {{ var('covey_bot_events_per_minute') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

sessions as (
    select
        session_id,
        visitor_id,
        min(anonymous_id) as anonymous_id,
        min(user_id) as user_id,
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
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from events
    group by session_id, visitor_id
),

marked as (
    select
        sessions.session_id,
        coalesce(by_user.customer_key, by_device.customer_key) as customer_key,
        sessions.anonymous_id,
        sessions.device_type,
        sessions.event_count,
        sessions.page_count,
        sessions.product_view_count,
        sessions.search_count,
        sessions.cart_add_count,
        sessions.checkout_count,
        sessions.purchase_count,
        {{ covey.seconds_between('sessions.started_at', 'sessions.ended_at') }} / 60.0
            as duration_minutes,
        case
            when
                machine_user_agents.user_agent is not null
                or racing_visitors.visitor_id is not null
                then 'machine session'
            when sessions.event_count > {{ var('covey_session_max_events') }} then 'runaway session'
        end as bot_reason,
        cast(sessions.started_at as date) as session_date,
        sessions.started_at,
        sessions.ended_at
    from sessions
    left join identities as by_user
        on {{ covey.identity_node("'user_id'", 'sessions.user_id') }} = by_user.node
    left join identities as by_device
        on {{ covey.identity_node("'anonymous_id'", 'sessions.anonymous_id') }} = by_device.node
    left join machine_user_agents
        on sessions.user_agent = machine_user_agents.user_agent
    left join racing_visitors
        on sessions.visitor_id = racing_visitors.visitor_id
),

final as (
    select
        *,
        bot_reason is not null as is_bot
    from marked
)

select * from final
