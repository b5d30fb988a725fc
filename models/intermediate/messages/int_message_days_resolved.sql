-- One row per message, recipient, kind of event and day, with its customer.
with int_message_days as (
    select
        *,
        {{ covey.identity_node("'customer_id'", 'customer_id') }} as customer_node,
        {{ covey.identity_node("'email'", 'email') }} as email_node
    from {{ ref('int_message_days') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

code_aliases as (
    select
        alias,
        code
    from {{ ref('code_aliases') }}
    where code_type = 'message_channel'
),

final as (
    select
        coalesce(by_customer.customer_key, by_email.customer_key) as customer_key,
        int_message_days.message_id,
        -- A channel that no alias knows stays as it came.
        coalesce(code_aliases.code, int_message_days.channel) as channel,
        int_message_days.event_type,
        int_message_days.campaign_id,
        int_message_days.event_count,
        int_message_days.is_machine_open,
        int_message_days.event_date,
        int_message_days.last_occurred_at
    from int_message_days
    -- That the kind is said again makes for fewer nodes to look among.
    left join identities as by_customer
        on
            int_message_days.customer_node = by_customer.node
            and by_customer.node like 'customer_id:%'
    left join identities as by_email
        on
            int_message_days.email_node = by_email.node
            and by_email.node like 'email:%'
    left join code_aliases
        on int_message_days.channel = code_aliases.alias
)

select * from final
