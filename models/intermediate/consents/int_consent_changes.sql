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

code_aliases as (
    select
        code_type,
        alias,
        code
    from {{ ref('code_aliases') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

spelled as (
    select
        identities.customer_key,
        stg_consents.purpose,
        lower(trim(stg_consents.channel)) as channel,
        stg_consents.status,
        'recorded' as status_source,
        stg_consents.legal_basis,
        upper(trim(stg_consents.jurisdiction)) as place,
        lower(trim(stg_consents.jurisdiction)) as country_alias,
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

recorded as (
    select
        spelled.customer_key,
        spelled.purpose,
        case
            -- Only marketing is agreed to by channel.
            when spelled.purpose not in ('marketing', 'contact') then '(all)'
            when spelled.channel in ('all', 'any') then '(all)'
            else coalesce(channel_aliases.code, spelled.channel)
        end as channel,
        spelled.status,
        spelled.status_source,
        spelled.legal_basis,
        coalesce(country_aliases.code, spelled.place) as place,
        spelled.changed_at,
        spelled.expires_at
    from spelled
    left join code_aliases as channel_aliases
        on
            spelled.channel = channel_aliases.alias
            and channel_aliases.code_type = 'message_channel'
    left join code_aliases as country_aliases
        on
            spelled.country_alias = country_aliases.alias
            and country_aliases.code_type = 'country'
),

unsubscribed as (
    select
        customer_key,
        'marketing' as purpose,
        channel,
        'withdrawn' as status,
        'message' as status_source,
        event_type as legal_basis,
        cast(null as {{ dbt.type_string() }}) as place,
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

known_changes as (
    select
        changes.*,
        named_channels.channel is not null as is_known_channel,
        changes.purpose = 'contact' as is_contact
    from changes
    cross join as_of
    left join channels as named_channels
        on changes.channel = named_channels.channel
    where cast(changes.changed_at as date) <= as_of.as_of_date
),

final as (
    select
        known_changes.customer_key,
        case
            when known_changes.is_contact then 'marketing' else known_changes.purpose
        end as purpose,
        coalesce(channels.channel, known_changes.channel) as channel,
        known_changes.status,
        known_changes.status_source,
        case
            when not known_changes.is_contact then known_changes.legal_basis
            when known_changes.status = 'granted' then 'contact allowed'
            else 'do not contact'
        end as legal_basis,
        known_changes.place,
        known_changes.is_contact,
        known_changes.changed_at,
        known_changes.expires_at
    from known_changes
    left join channels
        on
            known_changes.purpose in ('marketing', 'contact')
            and (
                known_changes.channel = '(all)'
                -- A refusal in a channel that nobody knows may be meant for any of them.
                or (not known_changes.is_known_channel and known_changes.status <> 'granted')
            )
)

select * from final
