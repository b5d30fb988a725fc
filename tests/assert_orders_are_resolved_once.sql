-- Resolving customers and currencies neither loses nor repeats an order.
with staged as (
    select count(*) as row_count
    from {{ ref('stg_orders') }}
),

resolved as (
    select count(*) as row_count
    from {{ ref('int_orders_resolved') }}
)

select
    staged.row_count as staged_count,
    resolved.row_count as resolved_count
from staged
cross join resolved
where staged.row_count <> resolved.row_count
