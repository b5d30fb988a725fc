-- One row per order. Where the input has a row per line, the amounts of the lines are summed.
with kept as (
    {{ covey.kept_rows('orders') }}
),

with_known_source as (
    select
        *,
        coalesce(source_system, '{{ var("covey_default_source_system") }}') as known_source_system
    from kept
),

lines_summed_to_order as (
    select
        order_id,
        known_source_system as source_system,
        min(customer_id) as customer_id,
        min(email) as email,
        min(loyalty_number) as loyalty_number,
        min(anonymous_id) as anonymous_id,
        min(status) as status,
        min(currency) as currency,
        min(channel) as channel,
        min(store_id) as store_id,
        min(coupon_code) as coupon_code,
        {%- for amount in [
            'net_amount', 'gross_amount', 'discount_amount', 'tax_amount', 'shipping_amount',
            'refund_amount', 'cost_amount',
        ] %}
        {{ covey.exact_sum(amount) }} as {{ amount }},
        {%- endfor %}
        min(ordered_at) as ordered_at
    from with_known_source
    group by order_id, known_source_system
),

code_aliases as (
    select
        code_type,
        alias,
        code
    from {{ ref('code_aliases') }}
),

final as (
    select
        orders.order_id,
        orders.source_system,
        orders.customer_id,
        orders.email,
        orders.loyalty_number,
        orders.anonymous_id,
        lower(coalesce(orders.status, 'completed')) as status,
        -- A currency or channel that no alias knows stays as it came.
        coalesce(
            currencies.code, upper(orders.currency), '{{ var("covey_reporting_currency") }}'
        ) as currency,
        coalesce(channels.code, lower(orders.channel), 'web') as channel,
        orders.store_id,
        orders.coupon_code,
        orders.net_amount,
        orders.gross_amount,
        orders.discount_amount,
        orders.tax_amount,
        orders.shipping_amount,
        orders.refund_amount,
        orders.cost_amount,
        orders.ordered_at
    from lines_summed_to_order as orders
    left join code_aliases as currencies
        on
            currencies.code_type = 'currency'
            and {{ covey.code_alias('orders.currency', 'currency') }} = currencies.alias
    left join code_aliases as channels
        on
            channels.code_type = 'order_channel'
            and {{ covey.code_alias('orders.channel', 'order_channel') }} = channels.alias
)

select * from final
