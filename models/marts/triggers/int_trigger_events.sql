{{ config(event_time='occurred_at') }}
-- One row per event that trigger rules ask for, of a customer who may be profiled, with what was
-- known of the customer when it happened.
{%- set columns = {
    'event_id': dbt.type_string(),
    'customer_key': dbt.type_string(),
    'event_kind': dbt.type_string(),
    'cart_id': dbt.type_string(),
    'product_id': dbt.type_string(),
    'category': dbt.type_string(),
    'segment': dbt.type_string(),
    'value_at_stake': covey.type_double(),
    'customer_cadence_days': covey.type_double(),
    'product_cadence_days': covey.type_double(),
    'category_cadence_days': covey.type_double(),
    'order_count': dbt.type_int(),
    'discounted_order_count': dbt.type_int(),
    'net_amount': 'decimal(38, 8)',
    'occurred_at': dbt.type_timestamp(),
} %}
{%- set always = ['event_id', 'customer_key', 'event_kind', 'occurred_at'] %}
{%- set on_the_web = ['cart_id', 'product_id', 'category', 'value_at_stake'] %}
{%- set known = {
    'web_events': on_the_web,
    'session_starts': on_the_web,
    'orders': ['customer_cadence_days', 'order_count', 'discounted_order_count', 'net_amount'],
    'order_items': ['product_id', 'category', 'product_cadence_days', 'category_cadence_days'],
    'segment_moves': ['segment'],
} %}
{%- set so_far = 'partition by events.customer_key order by events.occurred_at, events.event_id' %}
with clock as (
    select {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }} as now_at
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

asked_kinds as (
    select distinct event_kind
    from {{ ref('int_trigger_rule_events') }}
),

cadences as (
    select *
    from {{ ref('int_purchase_cadences') }}
),

people_events as (
    select
        events.event_id,
        sessions.customer_key,
        events.event_name,
        events.cart_id,
        events.product_id,
        events.category,
        coalesce(events.cart_value, events.price) as value_at_stake,
        events.event_position,
        events.occurred_at,
        coalesce(events.received_at, events.occurred_at) as known_at
    from {{ ref('int_web_events_sessionized') }} as events
    inner join {{ ref('int_sessions') }} as sessions
        on events.session_id = sessions.session_id
    where
        sessions.customer_key is not null
        and not sessions.is_bot
),

web_events as (
    select
        'web:' || people_events.event_id as event_id,
        people_events.customer_key,
        people_events.event_name as event_kind,
        people_events.{{ on_the_web | join(',\n        people_events.') }},
        people_events.occurred_at,
        people_events.known_at
    from people_events
    inner join asked_kinds
        on people_events.event_name = asked_kinds.event_kind
),

session_starts as (
    select
        'session:' || people_events.event_id as event_id,
        people_events.customer_key,
        asked_kinds.event_kind,
        people_events.{{ on_the_web | join(',\n        people_events.') }},
        people_events.occurred_at,
        people_events.known_at
    from people_events
    inner join asked_kinds
        on asked_kinds.event_kind = 'session_start'
    where people_events.event_position = 1
),

orders as (
    select
        'order:' || orders.source_system || ':' || orders.order_id as event_id,
        orders.customer_key,
        'order' as event_kind,
        cadences.cadence_days as customer_cadence_days,
        1 as order_count,
        case when orders.discount_amount > 0 or orders.coupon_code is not null then 1 else 0 end
            as discounted_order_count,
        orders.net_amount,
        orders.ordered_at as occurred_at,
        orders.ordered_at as known_at
    from {{ ref('int_orders_resolved') }} as orders
    left join cadences
        on
            orders.customer_key = cadences.customer_key
            and cadences.subject_type = 'customer'
            and orders.order_date = cadences.order_date
    where
        not orders.is_cancelled
        and not orders.is_credit_note
),

order_items as (
    select
        'item:' || items.order_id || ':' || items.line_id as event_id,
        items.customer_key,
        'order_item' as event_kind,
        items.product_id,
        items.category,
        product_cadences.cadence_days as product_cadence_days,
        category_cadences.cadence_days as category_cadence_days,
        items.ordered_at as occurred_at,
        items.ordered_at as known_at
    from {{ ref('int_order_items_resolved') }} as items
    left join cadences as product_cadences
        on
            items.customer_key = product_cadences.customer_key
            and product_cadences.subject_type = 'product'
            and items.product_id = product_cadences.subject_id
            and items.order_date = product_cadences.order_date
    left join cadences as category_cadences
        on
            items.customer_key = category_cadences.customer_key
            and category_cadences.subject_type = 'category'
            and items.category = category_cadences.subject_id
            and items.order_date = category_cadences.order_date
    where not items.is_returned
),

segment_moves as (
    select
        event_id,
        customer_key,
        event_kind,
        segment,
        occurred_at,
        occurred_at as known_at
    from {{ ref('int_trigger_segment_moves') }}
),

events as (
    {%- for source, own in known.items() %}
    select
        {%- for column, type in columns.items() %}
        cast({{ column if column in always + own else 'null' }} as {{ type }}) as {{ column }},
        {%- endfor %}
        known_at
    from {{ source }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- What the customer had done up to the event.
counted as (
    select
        {%- for measure in ['order_count', 'discounted_order_count', 'net_amount'] %}
        sum(events.{{ measure }}) over (
            {{ so_far }} rows between unbounded preceding and current row
        ) as {{ measure }}_so_far,
        {%- endfor %}
        events.*
    from events
    inner join customers
        on events.customer_key = customers.customer_key
    cross join clock
    where events.known_at < clock.now_at
),

final as (
    select
        event_id,
        customer_key,
        event_kind,
        cart_id,
        product_id,
        category,
        segment,
        -- Where the event says nothing of an amount: a mean order.
        coalesce(
            value_at_stake,
            cast(net_amount_so_far as {{ covey.type_double() }}) / nullif(order_count_so_far, 0)
        ) as value_at_stake,
        cast(discounted_order_count_so_far as {{ covey.type_double() }})
        / nullif(order_count_so_far, 0) as discount_share,
        customer_cadence_days,
        product_cadence_days,
        category_cadence_days,
        occurred_at,
        known_at
    from counted
)

select * from final
