-- One row per product.
with base_products as (
    select *
    from {{ ref('base_products') }}
    where row_status = 'kept'
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
    from base_products
)

select * from final
