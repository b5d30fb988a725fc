-- One row per web event, with the session it lies in.
with web_events as (
    select
        event_id,
        event_name,
        anonymous_id,
        user_id,
        session_id as source_session_id,
        page_url,
        product_id,
        category,
        cart_id,
        search_term,
        device_type,
        lower(user_agent) as user_agent,
        cart_value,
        occurred_at,
        coalesce('device:' || anonymous_id, 'user:' || user_id) as visitor_id
    from {{ ref('stg_web_events') }}
),

with_previous as (
    select
        *,
        lag(occurred_at) over (
            partition by visitor_id order by occurred_at, event_id
        ) as previous_occurred_at,
        lag(source_session_id) over (
            partition by visitor_id order by occurred_at, event_id
        ) as previous_source_session_id,
        -- The last login before this event: on a shared device the next person is a new session.
        {{ covey.last_value_before('user_id', 'visitor_id', 'occurred_at, event_id') }}
            as previous_user_id
    from web_events
),

with_starts as (
    select
        *,
        case
            when previous_occurred_at is null then 1
            when
                {{ covey.seconds_between('previous_occurred_at', 'occurred_at') }}
                > {{ var('covey_session_timeout_minutes') }} * 60
                then 1
            when user_id is not null and user_id <> previous_user_id then 1
            when source_session_id <> previous_source_session_id then 1
            else 0
        end as is_session_start
    from with_previous
),

numbered as (
    select
        *,
        sum(is_session_start) over (
            partition by visitor_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as session_number
    from with_starts
),

final as (
    select
        event_id,
        {{ dbt.hash("visitor_id || ':' || cast(session_number as " ~ dbt.type_string() ~ ")") }}
            as session_id,
        visitor_id,
        event_name,
        anonymous_id,
        user_id,
        page_url,
        product_id,
        category,
        cart_id,
        search_term,
        device_type,
        user_agent,
        cart_value,
        occurred_at
    from numbered
)

select * from final
