-- One row per cart of a customer's session, and whether it was left behind.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

events as (
    select
        events.session_id,
        events.event_name,
        events.cart_id,
        events.cart_value,
        events.occurred_at
    from {{ ref('int_web_events_sessionized') }} as events
    cross join as_of
    where
        events.cart_id is not null
        and events.event_date <= as_of.as_of_date
),

sessions as (
    select
        session_id,
        customer_key
    from {{ ref('int_sessions') }}
    where
        customer_key is not null
        and not is_bot
),

carts as (
    select
        sessions.customer_key,
        events.cart_id,
        max(events.cart_value) as cart_value,
        min(case when events.event_name = 'add_to_cart' then events.occurred_at end) as opened_at,
        min(
            case
                when events.event_name in ('checkout_start', 'purchase') then events.occurred_at
            end
        ) as checked_out_at
    from events
    inner join sessions
        on events.session_id = sessions.session_id
    group by sessions.customer_key, events.cart_id
),

final as (
    select
        customer_key,
        cart_id,
        cart_value,
        checked_out_at is null
        or {{ covey.seconds_between('opened_at', 'checked_out_at') }} > 24 * 3600 as is_abandoned,
        opened_at,
        checked_out_at
    from carts
    where opened_at is not null
)

select * from final
