-- One row per product.
with kept as (
    {{ covey.kept_rows('products') }}
),

final as (
    select
        product_id,
        name,
        brand,
        category_l1,
        category_l2,
        category_l3,
        list_price,
        tags
    from kept
)

select * from final
