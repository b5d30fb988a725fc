-- One row per contact that a customer sought in the feature window.
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

contacts as (
    -- What a person opened or clicked; what a mail program fetched is no contact.
    select
        customer_key,
        channel,
        last_occurred_at as contacted_at,
        event_date as contact_date
    from {{ ref('int_message_days_resolved') }}
    where
        event_type in ('open', 'click')
        and not is_machine_open
    union all
    select
        customer_key,
        'web' as channel,
        started_at as contacted_at,
        session_date as contact_date
    from {{ ref('int_sessions') }}
    where not is_bot
    union all
    select
        customer_key,
        case when is_store_order then 'store' else 'web' end as channel,
        ordered_at as contacted_at,
        order_date as contact_date
    from {{ ref('int_orders_resolved') }}
    where
        not is_cancelled
        and not is_credit_note
    union all
    -- Of an offline event the day alone is kept.
    select
        customer_key,
        case when event_type = 'call' then 'phone' else 'store' end as channel,
        cast(null as {{ dbt.type_timestamp() }}) as contacted_at,
        event_date as contact_date
    from {{ ref('int_offline_days_resolved') }}
    where event_type in ('call', 'store_visit')
),

final as (
    select
        contacts.customer_key,
        contacts.channel,
        contacts.contacted_at,
        contacts.contact_date
    from contacts
    cross join as_of
    where
        contacts.customer_key is not null
        and contacts.contact_date > as_of.window_start_date
        and contacts.contact_date <= as_of.as_of_date
)

select * from final
