-- One row per destination that takes profiles and customer: the audiences the profile is to name,
-- none for who has left the last of them.
with destinations as (
    select
        destination_id,
        vendor,
        channel
    from {{ ref('int_destinations') }}
    where {{ covey.is_one_of('vendor', covey.vendors_that_take('profiles')) }}
),

manifests as (
    select
        destination_id,
        export_id,
        as_of_date
    from {{ ref('export_manifests') }}
    where is_present
),

audiences_listed as (
    select
        destination_id,
        customer_key,
        {{ dbt.listagg(
            "case when outcome = 'sent' then audience_id end", "'|'", 'order by audience_id'
        ) }} as audiences,
        {{ dbt.listagg(
            "case when outcome = 'sent as holdout' then audience_id end",
            "'|'",
            'order by audience_id',
        ) }} as holdout_audiences
    from {{ ref('int_export_members') }}
    where outcome in ('sent', 'sent as holdout')
    group by destination_id, customer_key
),

changes as (
    select
        destination_id,
        customer_key,
        count(*) as change_count
    from {{ ref('audience_changes') }}
    group by destination_id, customer_key
),

known as (
    select distinct
        destination_id,
        customer_key
    from {{ ref('int_exported_members') }}
    where is_confirmed
),

profiles as (
    select
        destination_id,
        customer_key
    from audiences_listed
    union distinct
    select
        destination_id,
        customer_key
    from changes
),

segment_members as (
    select
        customer_key,
        audience_id,
        segment_name,
        persona_id
    from {{ ref('int_segment_members') }}
),

joined as (
    select
        profiles.destination_id,
        destinations.vendor,
        destinations.channel,
        manifests.export_id,
        profiles.customer_key,
        case when audiences_listed.customer_key is null then 'remove' else 'add' end as operation,
        case
            when audiences_listed.customer_key is null then 'exit'
            when known.customer_key is null then 'enter'
            when changes.change_count > 0 then 'update'
            else 'none'
        end as change_type,
        audiences_listed.audiences,
        audiences_listed.holdout_audiences,
        -- Of who has left nothing is told but that; and who is held out of the segment's audience
        -- is not to be treated by the segment.
        coalesce(
            audiences_listed.customer_key is not null
            and not {{ covey.is_listed(
                'segment_members.audience_id', "coalesce(audiences_listed.holdout_audiences, '')"
            ) }},
            false
        ) as shows_segment,
        segment_members.segment_name,
        segment_members.persona_id,
        manifests.as_of_date
    from profiles
    inner join destinations
        on profiles.destination_id = destinations.destination_id
    inner join manifests
        on profiles.destination_id = manifests.destination_id
    left join audiences_listed
        on
            profiles.destination_id = audiences_listed.destination_id
            and profiles.customer_key = audiences_listed.customer_key
    left join changes
        on
            profiles.destination_id = changes.destination_id
            and profiles.customer_key = changes.customer_key
    left join known
        on
            profiles.destination_id = known.destination_id
            and profiles.customer_key = known.customer_key
    left join segment_members
        on profiles.customer_key = segment_members.customer_key
),

final as (
    select
        destination_id,
        vendor,
        channel,
        export_id,
        customer_key,
        operation,
        change_type,
        audiences,
        holdout_audiences,
        case when shows_segment then segment_name end as segment_name,
        case when shows_segment then persona_id end as persona_id,
        as_of_date
    from joined
)

select * from final
