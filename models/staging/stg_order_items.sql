-- One row per order line.
with kept as (
    {{ covey.kept_rows('order_items') }}
),

final as (
    select
        order_id,
        line_id,
        product_id,
        quantity,
        net_amount,
        coalesce(is_returned, false) as is_returned,
        cost_amount
    from kept
)

select * from final
