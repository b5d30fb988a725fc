-- One row per offline event, with its customer.
with stg_offline_events as (
    select
        *,
        {{ covey.identity_node('identifier_type', 'identifier', 'source_system') }} as node
    from {{ ref('stg_offline_events') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        stg_offline_events.event_id,
        identities.customer_key,
        lower(stg_offline_events.event_type) as event_type,
        stg_offline_events.store_id,
        stg_offline_events.value,
        stg_offline_events.occurred_at
    from stg_offline_events
    left join identities
        on stg_offline_events.node = identities.node
)

select * from final
