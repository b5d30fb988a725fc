-- One row per message event, with its customer.
with stg_messages as (
    select
        *,
        {{ covey.identity_node("'customer_id'", 'customer_id') }} as customer_node,
        {{ covey.identity_node("'email'", 'email') }} as email_node
    from {{ ref('stg_messages') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        stg_messages.event_id,
        coalesce(by_customer.customer_key, by_email.customer_key) as customer_key,
        -- Events without a message id count as messages of their own.
        coalesce(stg_messages.message_id, stg_messages.event_id) as message_id,
        stg_messages.channel,
        stg_messages.event_type,
        stg_messages.campaign_id,
        stg_messages.is_machine_open,
        stg_messages.occurred_at
    from stg_messages
    left join identities as by_customer
        on stg_messages.customer_node = by_customer.node
    left join identities as by_email
        on stg_messages.email_node = by_email.node
)

select * from final
