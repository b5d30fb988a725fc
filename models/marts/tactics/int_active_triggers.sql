-- One row per customer and trigger that is active at the end of the as-of date.
with as_of as (
    select
        {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }}
            as ends_at
    from {{ ref('int_as_of') }}
),

customer_triggers as (
    select
        customer_key,
        trigger_id,
        trigger_event_id,
        value_at_stake,
        triggered_at,
        expires_at
    from {{ ref('customer_triggers') }}
    where status = 'active'
),

ranked as (
    select
        customer_triggers.customer_key,
        customer_triggers.trigger_id,
        customer_triggers.trigger_event_id,
        customer_triggers.value_at_stake,
        row_number() over (
            partition by customer_triggers.customer_key, customer_triggers.trigger_id
            -- Of two open carts the dearer one.
            order by
                coalesce(customer_triggers.value_at_stake, 0) desc,
                customer_triggers.triggered_at desc,
                customer_triggers.trigger_event_id asc
        ) as trigger_rank
    from customer_triggers
    cross join as_of
    where customer_triggers.expires_at >= as_of.ends_at
),

final as (
    select
        customer_key,
        trigger_id,
        trigger_event_id,
        value_at_stake
    from ranked
    where trigger_rank = 1
)

select * from final
