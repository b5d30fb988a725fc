-- One row per change of consent of a customer, for one purpose and one channel.
with identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

channels as (
    select channel
    from {{ ref('channels') }}
),

recorded as (
    select
        identities.customer_key,
        stg_consents.purpose,
        stg_consents.channel,
        stg_consents.status,
        stg_consents.legal_basis,
        stg_consents.jurisdiction,
        stg_consents.changed_at,
        stg_consents.expires_at
    from {{ ref('stg_consents') }} as stg_consents
    inner join identities
        on
            {{ covey.identity_node(
                'stg_consents.identifier_type',
                'stg_consents.identifier',
                'stg_consents.source_system'
            ) }} = identities.node
),

unsubscribed as (
    select
        customer_key,
        'marketing' as purpose,
        channel,
        'withdrawn' as status,
        event_type as legal_basis,
        cast(null as {{ dbt.type_string() }}) as jurisdiction,
        last_occurred_at as changed_at,
        cast(null as {{ dbt.type_timestamp() }}) as expires_at
    from {{ ref('int_message_days_resolved') }}
    where
        event_type in ('unsubscribe', 'complaint')
        and customer_key is not null
),

changes as (
    select * from recorded
    union all
    select * from unsubscribed
),

final as (
    -- A marketing consent without a channel is one for every channel.
    select
        changes.customer_key,
        changes.purpose,
        coalesce(channels.channel, changes.channel) as channel,
        changes.status,
        changes.legal_basis,
        changes.jurisdiction,
        changes.changed_at,
        changes.expires_at
    from changes
    left join channels
        on
            changes.purpose = 'marketing'
            and changes.channel = '(all)'
)

select * from final
