-- One row per customer, channel and period (covey_period) in which they ordered, came or got a
-- message.
{%- set counts = covey.activity_counts() %}
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

orders as (
    select
        orders.customer_key,
        orders.channel,
        -- A credit note is money given back, not an order.
        case when orders.is_credit_note then 0 else 1 end as orders,
        orders.net_amount - orders.refund_amount as revenue,
        orders.order_date as activity_date
    from {{ ref('int_orders_resolved') }} as orders
    cross join as_of
    where
        not orders.is_cancelled
        and not orders.is_rate_missing
        and orders.order_date > as_of.window_start_date
        and orders.order_date <= as_of.as_of_date
),

sessions as (
    select
        sessions.customer_key,
        case when sessions.device_type = 'app' then 'app' else 'web' end as channel,
        1 as sessions,
        case when sessions.purchase_count > 0 then 1 else 0 end as converted_sessions,
        sessions.session_date as activity_date
    from {{ ref('int_sessions') }} as sessions
    cross join as_of
    where
        not sessions.is_bot
        and sessions.session_date > as_of.window_start_date
        and sessions.session_date <= as_of.as_of_date
),

-- A message counts on the day it was sent, whenever it was opened.
messages as (
    select
        customer_key,
        channel,
        1 as messages,
        case when is_opened then 1 else 0 end as opened_messages,
        case when is_clicked then 1 else 0 end as clicked_messages,
        first_event_date as activity_date
    from {{ ref('int_messages_summed') }}
    where is_received
),

activities as (
    {%- for activity in ['orders', 'sessions', 'messages'] %}
    select
        customer_key,
        channel,
        {%- for count in counts %}
        {{ count if count.endswith(activity) else 0 }} as {{ count }},
        {%- endfor %}
        {{ 'revenue' if activity == 'orders' else 0 }} as revenue,
        activity_date
    from {{ activity }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        customer_key,
        coalesce(channel, 'unknown') as channel,
        {%- for count in counts %}
        cast(sum({{ count }}) as {{ dbt.type_bigint() }}) as {{ count }},
        {%- endfor %}
        {{ covey.exact_sum('revenue') }} as revenue,
        {{ covey.period_start('activity_date') }} as period_date
    from activities
    where customer_key is not null
    group by
        customer_key,
        coalesce(channel, 'unknown'),
        {{ covey.period_start('activity_date') }}
)

select * from final
