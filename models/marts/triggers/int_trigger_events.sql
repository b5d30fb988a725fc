{{ config(event_time='occurred_at') }}
-- One row per event that trigger rules ask for, of a customer who may be profiled, with what was known
-- of the customer when it happened.
with as_of as (
    select
        as_of_date,
        {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }} as now_at
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

sessions as (
    select
        session_id,
        customer_key
    from {{ ref('int_sessions') }}
    where
        customer_key is not null
        and not is_bot
),

web_events as (
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
    inner join sessions
        on events.session_id = sessions.session_id
),

orders as (
    select *
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
),

order_items as (
    select *
    from {{ ref('int_order_items_resolved') }}
    where not is_returned
),

cadences as (
    select *
    from {{ ref('int_purchase_cadences') }}
),

segment_moves as (
    select *
    from {{ ref('int_trigger_segment_moves') }}
),

{%- set text = "cast(null as " ~ dbt.type_string() ~ ")" %}
{%- set number = "cast(null as " ~ covey.type_double() ~ ")" %}
events as (
    {%- for kind in ['web_events.event_name', "'session_start'"] %}
    select
        '{{ 'web' if loop.first else 'session' }}:' || web_events.event_id as event_id,
        web_events.customer_key,
        {{ kind }} as event_kind,
        web_events.cart_id,
        web_events.product_id,
        web_events.category,
        {{ text }} as segment,
        cast(web_events.value_at_stake as {{ covey.type_double() }}) as value_at_stake,
        {{ number }} as customer_cadence_days,
        {{ number }} as product_cadence_days,
        {{ number }} as category_cadence_days,
        0 as order_count,
        0 as discounted_order_count,
        0 as net_amount,
        web_events.occurred_at,
        web_events.known_at
    from web_events
    inner join asked_kinds
        on {{ kind }} = asked_kinds.event_kind
    {%- if not loop.first %}
    where web_events.event_position = 1
    {%- endif %}
    union all
    {%- endfor %}
    select
        'order:' || orders.source_system || ':' || orders.order_id as event_id,
        orders.customer_key,
        'order' as event_kind,
        {{ text }} as cart_id,
        {{ text }} as product_id,
        {{ text }} as category,
        {{ text }} as segment,
        {{ number }} as value_at_stake,
        cadences.cadence_days as customer_cadence_days,
        {{ number }} as product_cadence_days,
        {{ number }} as category_cadence_days,
        1 as order_count,
        case when orders.discount_amount > 0 or orders.coupon_code is not null then 1 else 0 end
            as discounted_order_count,
        coalesce(orders.net_amount, 0) as net_amount,
        orders.ordered_at as occurred_at,
        orders.ordered_at as known_at
    from orders
    left join cadences
        on
            orders.customer_key = cadences.customer_key
            and cadences.subject_type = 'customer'
            and orders.order_date = cadences.order_date
    union all
    select
        'item:' || order_items.order_id || ':' || order_items.line_id as event_id,
        order_items.customer_key,
        'order_item' as event_kind,
        {{ text }} as cart_id,
        order_items.product_id,
        order_items.category,
        {{ text }} as segment,
        {{ number }} as value_at_stake,
        {{ number }} as customer_cadence_days,
        product_cadences.cadence_days as product_cadence_days,
        category_cadences.cadence_days as category_cadence_days,
        0 as order_count,
        0 as discounted_order_count,
        0 as net_amount,
        order_items.ordered_at as occurred_at,
        order_items.ordered_at as known_at
    from order_items
    {%- for subject, column in {'product': 'product_id', 'category': 'category'}.items() %}
    left join cadences as {{ subject }}_cadences
        on
            order_items.customer_key = {{ subject }}_cadences.customer_key
            and {{ subject }}_cadences.subject_type = '{{ subject }}'
            and order_items.{{ column }} = {{ subject }}_cadences.subject_id
            and order_items.order_date = {{ subject }}_cadences.order_date
    {%- endfor %}
    union all
    select
        event_id,
        customer_key,
        event_kind,
        {{ text }} as cart_id,
        {{ text }} as product_id,
        {{ text }} as category,
        segment,
        {{ number }} as value_at_stake,
        {{ number }} as customer_cadence_days,
        {{ number }} as product_cadence_days,
        {{ number }} as category_cadence_days,
        0 as order_count,
        0 as discounted_order_count,
        0 as net_amount,
        occurred_at,
        occurred_at as known_at
    from segment_moves
),

{%- set so_far %} over (
            partition by events.customer_key order by events.occurred_at, events.event_id
            rows between unbounded preceding and current row
        ){% endset %}
-- What the customer had done up to the event. Decimals, for floats would not add up the same twice.
counted as (
    select
        events.*,
        sum(events.order_count){{ so_far }} as orders_so_far,
        sum(events.discounted_order_count){{ so_far }} as discounted_orders_so_far,
        sum(cast(events.net_amount as decimal(38, 8))){{ so_far }} as net_amount_so_far
    from events
    inner join customers
        on events.customer_key = customers.customer_key
    cross join as_of
    where events.known_at < as_of.now_at
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
            cast(net_amount_so_far as {{ covey.type_double() }}) / nullif(orders_so_far, 0)
        ) as value_at_stake,
        cast(discounted_orders_so_far as {{ covey.type_double() }}) / nullif(orders_so_far, 0)
            as discount_share,
        customer_cadence_days,
        product_cadence_days,
        category_cadence_days,
        occurred_at,
        known_at
    from counted
)

select * from final
