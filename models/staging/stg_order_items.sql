-- One row per order line.
with base_order_items as (
    select *
    from {{ ref('base_order_items') }}
    where row_status = 'kept'
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
    from base_order_items
)

select * from final
