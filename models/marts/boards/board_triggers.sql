-- One row per trigger and status.
with triggers as (
    select
        customer_key,
        trigger_id,
        trigger_name,
        status
    from {{ ref('customer_triggers') }}
),

counted as (
    select
        trigger_id,
        trigger_name,
        status,
        count(*) as events,
        count(distinct customer_key) as customers
    from triggers
    group by trigger_id, trigger_name, status
    having count(distinct customer_key) >= {{ var('covey_min_group_size') }}
),

final as (
    select
        trigger_id,
        trigger_name,
        status,
        events,
        cast(sum(events) over (partition by trigger_id) as {{ dbt.type_bigint() }}) as fired_events,
        customers
    from counted
)

select * from final
