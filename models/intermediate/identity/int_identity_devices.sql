-- One row per device that belongs to one person. A device that several people log in on (a kiosk,
-- a family tablet) belongs to none of them and joins none of them.
with people as (
    select
        node,
        customer_key
    from {{ ref('int_identity_people') }}
),

sightings as (
    select
        device_node,
        person_node,
        last_seen_at
    from {{ ref('int_identity_device_edges') }}
),

-- An app knows its device under two names: who is seen under one is seen under the other.
device_names as (
    select
        {{ covey.identity_node('id_type_a', 'id_a') }} as device_node,
        {{ covey.identity_node('id_type_b', 'id_b') }} as other_device_node
    from {{ ref('stg_identifiers') }}
    where
        id_type_a in ('anonymous_id', 'device_id')
        and id_type_b in ('anonymous_id', 'device_id')
),

all_sightings as (
    select
        device_node,
        person_node,
        last_seen_at
    from sightings
    union all
    select
        device_names.device_node,
        sightings.person_node,
        sightings.last_seen_at
    from device_names
    inner join sightings
        on device_names.other_device_node = sightings.device_node
    union all
    select
        device_names.other_device_node as device_node,
        sightings.person_node,
        sightings.last_seen_at
    from device_names
    inner join sightings
        on device_names.device_node = sightings.device_node
),

sightings_to_newest as (
    select
        *,
        max(last_seen_at) over (partition by device_node) as device_last_seen_at
    from all_sightings
),

-- Who was last seen on a device long before it was last used has passed it on.
recent_sightings as (
    select
        device_node,
        person_node
    from sightings_to_newest
    where
        last_seen_at is null
        or last_seen_at >= {{ dbt.dateadd(
            'day', -1 * var('covey_identity_device_days'), 'device_last_seen_at'
        ) }}
),

devices as (
    select
        recent_sightings.device_node,
        min(people.customer_key) as customer_key,
        count(distinct people.customer_key) as people_count
    from recent_sightings
    left join people
        on recent_sightings.person_node = people.node
    group by recent_sightings.device_node
),

buying_devices as (
    select device_node
    from sightings
    where person_node is null
),

final as (
    select
        devices.device_node as node,
        -- A device that nobody is known on but that bought is a customer of its own.
        coalesce(
            devices.customer_key, {{ covey.person_key('devices.device_node') }}
        ) as customer_key
    from devices
    left join buying_devices
        on devices.device_node = buying_devices.device_node
    where
        devices.people_count = 1
        or (devices.people_count = 0 and buying_devices.device_node is not null)
)

select * from final
