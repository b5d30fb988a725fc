-- One row per customer, what was bought and day of an order: the days that usually pass until the
-- next one, as far as was known on that day. Means, for these need no more than two numbers to be
-- remembered of each customer and product.
{%- set lifecycle = covey.lifecycle_settings() %}
{%- set before = 'rows between unbounded preceding and 1 preceding' %}
with orders as (
    select
        customer_key,
        order_date
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
        and customer_key is not null
),

order_items as (
    select
        customer_key,
        product_id,
        category,
        order_date
    from {{ ref('int_order_items_resolved') }}
    where not is_returned
),

purchase_days as (
    select distinct
        customer_key,
        'customer' as subject_type,
        '' as subject_id,
        '' as category,
        order_date
    from orders
    union all
    select distinct
        customer_key,
        'product' as subject_type,
        product_id as subject_id,
        coalesce(category, '') as category,
        order_date
    from order_items
    where product_id is not null
    union all
    select distinct
        customer_key,
        'category' as subject_type,
        category as subject_id,
        category,
        order_date
    from order_items
    where category is not null
),

gaps as (
    select
        *,
        row_number() over (
            partition by customer_key, subject_type, subject_id order by order_date
        ) as day_number,
        {{ dbt.datediff(
            'lag(order_date) over (
                partition by customer_key, subject_type, subject_id order by order_date
            )',
            'order_date', 'day'
        ) }} as gap_days,
        {{ dbt.datediff(
            'min(order_date) over (partition by customer_key, subject_type, subject_id)',
            'order_date', 'day'
        ) }} as days_since_first_order
    from purchase_days
),

-- Of earlier days alone: what else happened on the day may come to be known after it.
subject_pools as (
    select
        subject_type,
        subject_id,
        order_date,
        sum(sum(gap_days)) over (
            partition by subject_type, subject_id order by order_date {{ before }}
        ) as gap_days,
        sum(count(gap_days)) over (
            partition by subject_type, subject_id order by order_date {{ before }}
        ) as gap_count
    from gaps
    group by subject_type, subject_id, order_date
),

category_pools as (
    select
        subject_type,
        category,
        order_date,
        sum(sum(gap_days)) over (
            partition by subject_type, category order by order_date {{ before }}
        ) as gap_days,
        sum(count(gap_days)) over (
            partition by subject_type, category order by order_date {{ before }}
        ) as gap_count
    from gaps
    group by subject_type, category, order_date
),

final as (
    select
        gaps.customer_key,
        gaps.subject_type,
        gaps.subject_id,
        case
            when gaps.day_number >= {{ lifecycle.own_order_days }}
                then
                    greatest(
                        cast(gaps.days_since_first_order as {{ covey.type_double() }})
                        / (gaps.day_number - 1),
                        {{ lifecycle.own_least_gap_days }}
                    )
            when subject_pools.gap_count >= {{ lifecycle.population_gaps }}
                then
                    cast(subject_pools.gap_days as {{ covey.type_double() }})
                    / subject_pools.gap_count
            -- A product that few have bought twice is bought again like others of its category.
            when category_pools.gap_count >= {{ lifecycle.population_gaps }}
                then
                    cast(category_pools.gap_days as {{ covey.type_double() }})
                    / category_pools.gap_count
        end as cadence_days,
        gaps.order_date
    from gaps
    inner join subject_pools
        on
            gaps.subject_type = subject_pools.subject_type
            and gaps.subject_id = subject_pools.subject_id
            and gaps.order_date = subject_pools.order_date
    inner join category_pools
        on
            gaps.subject_type = category_pools.subject_type
            and gaps.category = category_pools.category
            and gaps.order_date = category_pools.order_date
)

select * from final
