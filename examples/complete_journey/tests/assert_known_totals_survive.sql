-- 2,469 households, 155,848 baskets and 4,596,039.58 of sales arrive in customers.
with final as (
    select
        count(*) as households,
        sum(order_count) as baskets,
        sum(cast(lifetime_value as decimal(18, 2))) as sales
    from {{ ref('customers') }}
)

select *
from final
where
    households <> 2469
    or baskets <> 155848
    or sales <> 4596039.58
