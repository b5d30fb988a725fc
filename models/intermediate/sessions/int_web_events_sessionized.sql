{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['visitor_id', 'event_date'],
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_changed_days(
        ['web_events'], \"'web_events'\", 'event_date', [var('covey_session_timeout_minutes')]
    ) }}"
) }}
-- One row per web event, with the session it lies in. After the first run the days that changed are
-- built again, and of their visitors the days that no silence parts from these.
{%- set timeout = var('covey_session_timeout_minutes') %}
{%- set columns = [
    'event_id', 'visitor_id', 'event_name', 'anonymous_id', 'user_id', 'source_session_id', 'cart_id',
    'product_id', 'category', 'region', 'device_type', 'user_agent', 'cart_value', 'price',
    'occurred_at', 'received_at', 'event_date', 'built_from',
] %}
{%- set in_order = 'partition by visitor_id order by occurred_at, event_id' %}
with {{ covey.changed_days(['web_events'], "'web_events'", 'event_date', [timeout]) }},

staged_events as (
    {{ covey.staged_web_events(
        days='changed_days' if is_incremental() else none,
        dates=covey.changed_dates(['web_events'], "'web_events'", 'event_date', [timeout])
    ) | indent }}
),

changed_events as (
    select
        staged_events.event_id,
        coalesce('device:' || staged_events.anonymous_id, 'user:' || staged_events.user_id)
            as visitor_id,
        staged_events.event_name,
        staged_events.anonymous_id,
        staged_events.user_id,
        staged_events.session_id as source_session_id,
        staged_events.cart_id,
        staged_events.product_id,
        staged_events.category,
        staged_events.region,
        staged_events.device_type,
        lower(staged_events.user_agent) as user_agent,
        staged_events.cart_value,
        staged_events.price,
        staged_events.occurred_at,
        staged_events.received_at,
        changed_days.activity_date as event_date,
        changed_days.built_from
    from staged_events
    inner join changed_days
        on cast(staged_events.occurred_at as date) = changed_days.activity_date
),

{% if is_incremental() -%}
{{ covey.adjacent_events(columns, timeout) }},

{% endif -%}
events as (
    select {{ columns | join(', ') }}
    from changed_events
    {%- if is_incremental() %}
    union all
    select {{ columns | join(', ') }}
    from adjacent_events
    {%- endif %}
),

-- What sessions depend on alone: windows sort what they are given.
with_previous as (
    select
        event_id,
        visitor_id,
        user_id,
        source_session_id,
        occurred_at,
        row_number() over ({{ in_order }}) as event_number,
        lag(occurred_at) over ({{ in_order }}) as previous_occurred_at,
        lag(source_session_id) over ({{ in_order }}) as previous_source_session_id,
        {{ covey.last_value_so_far(
            'user_id', 'visitor_id', 'occurred_at, event_id', '1 preceding'
        ) }} as previous_user_id,
        {{ covey.last_value_so_far(
            'case when user_id is not null then occurred_at end', 'visitor_id',
            'occurred_at, event_id', '1 preceding'
        ) }} as previous_login_at
    from events
),

with_silences as (
    select
        *,
        coalesce(
            {{ covey.seconds_between('previous_occurred_at', 'occurred_at') }} > {{ timeout }} * 60,
            true
        ) as is_after_silence
    from with_previous
),

-- Where somebody logs in after somebody else, it matters in which visit: few visitors.
shared_visitors as (
    select distinct visitor_id
    from with_silences
    where user_id <> previous_user_id
),

shared_events as (
    select with_silences.*
    from with_silences
    inner join shared_visitors
        on with_silences.visitor_id = shared_visitors.visitor_id
),

visits as (
    select
        event_id,
        max(case when is_after_silence then occurred_at end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as resumed_at
    from shared_events
),

with_starts as (
    select
        with_silences.*,
        case
            when with_silences.is_after_silence then 1
            -- On a shared device the next person to log in is a new session.
            when
                with_silences.user_id <> with_silences.previous_user_id
                and with_silences.previous_login_at >= visits.resumed_at
                then 1
            when with_silences.source_session_id <> with_silences.previous_source_session_id then 1
            else 0
        end as is_session_start
    from with_silences
    left join visits
        on with_silences.event_id = visits.event_id
),

numbered as (
    select
        *,
        {{ covey.last_value_so_far(
            'case when is_session_start = 1 then event_id end', 'visitor_id', 'occurred_at, event_id'
        ) }} as first_event_id,
        max(case when is_session_start = 1 then event_number end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as first_event_number
    from with_starts
),

final as (
    select
        events.event_id,
        -- Named after its first event: what happens before or after it leaves its name as it is.
        {{ dbt.hash('numbered.first_event_id') }} as session_id,
        events.visitor_id,
        events.event_name,
        events.anonymous_id,
        events.user_id,
        events.source_session_id,
        events.cart_id,
        events.product_id,
        events.category,
        events.region,
        events.device_type,
        events.user_agent,
        events.cart_value,
        events.price,
        numbered.event_number - numbered.first_event_number + 1 as event_position,
        events.occurred_at,
        events.received_at,
        events.event_date,
        events.built_from
    from events
    inner join numbered
        on events.event_id = numbered.event_id
)

select * from final
