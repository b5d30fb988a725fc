-- One row per destination, audience and customer who enters, leaves or changes, against the last
-- export that was confirmed.
with destinations as (
    select
        destination_id,
        channel,
        purpose
    from {{ ref('int_destinations') }}
),

manifests as (
    select
        destination_id,
        export_id,
        export_number,
        is_present,
        is_confirmed
    from {{ ref('export_manifests') }}
),

confirmed_numbers as (
    select
        destination_id,
        max(export_number) as export_number
    from manifests
    where is_confirmed
    group by destination_id
),

exports as (
    select
        destinations.destination_id,
        destinations.channel,
        destinations.purpose,
        present_exports.export_id,
        confirmed_exports.export_id as confirmed_export_id
    from destinations
    inner join manifests as present_exports
        on
            destinations.destination_id = present_exports.destination_id
            and present_exports.is_present
    left join confirmed_numbers
        on destinations.destination_id = confirmed_numbers.destination_id
    left join manifests as confirmed_exports
        on
            confirmed_numbers.destination_id = confirmed_exports.destination_id
            and confirmed_numbers.export_number = confirmed_exports.export_number
),

present_members as (
    select *
    from {{ ref('int_exported_members') }}
    where is_present
),

confirmed_members as (
    select *
    from {{ ref('int_exported_members') }}
    where is_confirmed
),

entered_or_changed as (
    select
        present_members.destination_id,
        present_members.audience_id,
        present_members.customer_key,
        case
            when confirmed_members.customer_key is null then 'enter'
            else 'update'
        end as change_type
    from present_members
    left join confirmed_members
        on
            present_members.destination_id = confirmed_members.destination_id
            and present_members.audience_id = confirmed_members.audience_id
            and present_members.customer_key = confirmed_members.customer_key
    where
        confirmed_members.customer_key is null
        or confirmed_members.attributes_hash <> present_members.attributes_hash
        or confirmed_members.outcome <> present_members.outcome
),

exited as (
    select
        confirmed_members.destination_id,
        confirmed_members.audience_id,
        confirmed_members.customer_key,
        'exit' as change_type
    from confirmed_members
    left join present_members
        on
            confirmed_members.destination_id = present_members.destination_id
            and confirmed_members.audience_id = present_members.audience_id
            and confirmed_members.customer_key = present_members.customer_key
    where present_members.customer_key is null
),

changes as (
    select * from entered_or_changed
    union all
    select * from exited
),

consents as (
    select distinct
        customer_key,
        purpose,
        channel
    from {{ ref('int_consents_current') }}
    where is_granted
),

final as (
    select
        exports.export_id,
        exports.confirmed_export_id,
        changes.destination_id,
        changes.audience_id,
        changes.customer_key,
        changes.change_type,
        case
            when changes.change_type <> 'exit' then null
            when aliases.old_customer_key is not null then 'merged'
            when customers.customer_key is null then 'erased'
            when consents.customer_key is null and all_consents.customer_key is null
                then 'no consent'
            else coalesce(members.outcome, 'left')
        end as exit_reason
    from changes
    -- inner: of a destination that is switched off nothing changes, what it was sent stays sent.
    inner join exports
        on changes.destination_id = exports.destination_id
    left join {{ ref('customers') }} as customers
        on changes.customer_key = customers.customer_key
    left join {{ ref('customer_key_aliases') }} as aliases
        on changes.customer_key = aliases.old_customer_key
    left join consents
        on
            changes.customer_key = consents.customer_key
            and exports.purpose = consents.purpose
            and exports.channel = consents.channel
    left join consents as all_consents
        on
            changes.customer_key = all_consents.customer_key
            and exports.purpose = all_consents.purpose
            and all_consents.channel = '(all)'
    left join {{ ref('int_export_members') }} as members
        on
            changes.destination_id = members.destination_id
            and changes.audience_id = members.audience_id
            and changes.customer_key = members.customer_key
)

select * from final
