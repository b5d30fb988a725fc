-- One row per session of a visitor up to the as-of date, with its customer where known; sessions of
-- machines are marked.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

-- What came after the as-of date was not known on it, though the session went on.
session_days as (
    select session_days.*
    from {{ ref('int_session_days') }} as session_days
    cross join as_of
    where session_days.event_date <= as_of.as_of_date
),

machine_patterns as (
    select pattern
    from {{ ref('bot_user_agents') }}
),

user_agents as (
    select distinct user_agent
    from session_days
),

machine_user_agents as (
    select distinct user_agents.user_agent
    from user_agents
    inner join machine_patterns
        on user_agents.user_agent like '%' || machine_patterns.pattern || '%'
),

racing_visitors as (
    select distinct visitor_id
    from session_days
    where is_racing
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

-- Few: nearly all sessions end on the day they began.
continued_sessions as (
    select distinct session_id
    from session_days
    where not has_start
),

sessions as (
    {%- set values = ['anonymous_id', 'user_id', 'region', 'user_agent', 'device_type'] %}
    {%- set counts = [
        'event_count', 'page_count', 'product_view_count', 'search_count', 'cart_add_count',
        'checkout_count', 'purchase_count',
    ] %}
    select
        session_id,
        visitor_id,
        {{ (values + counts) | join(',\n        ') }},
        path_hash,
        started_at,
        ended_at
    from session_days
    where
        session_id not in (
            select continued_sessions.session_id from continued_sessions
        )
    union all
    select
        session_id,
        visitor_id,
        {%- for value in values %}
        min({{ value }}) as {{ value }},
        {%- endfor %}
        {%- for count in counts %}
        cast(sum({{ count }}) as {{ dbt.type_bigint() }}) as {{ count }},
        {%- endfor %}
        sum(path_hash) as path_hash,
        min(started_at) as started_at,
        max(ended_at) as ended_at
    from session_days
    where
        session_id in (
            select continued_sessions.session_id from continued_sessions
        )
    group by session_id, visitor_id
),

marked as (
    select
        sessions.session_id,
        coalesce(by_user.customer_key, by_device.customer_key) as customer_key,
        sessions.region,
        sessions.device_type,
        sessions.{{ counts | join(',\n        sessions.') }},
        sessions.path_hash,
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
    -- That the kind is said again makes for fewer nodes to look among.
    left join identities as by_user
        on
            {{ covey.identity_node("'user_id'", 'sessions.user_id') }} = by_user.node
            and by_user.node like 'user_id:%'
    left join identities as by_device
        on
            {{ covey.identity_node("'anonymous_id'", 'sessions.anonymous_id') }} = by_device.node
            and by_device.node like 'anonymous_id:%'
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
