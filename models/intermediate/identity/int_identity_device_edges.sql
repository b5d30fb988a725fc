-- One row per input, device and person identifier seen together in it; no person identifier where a
-- device ordered and told nobody's name.
{%- set device_types = "('anonymous_id', 'device_id')" %}
with sightings as (
    select
        input,
        {{ covey.identity_node("'anonymous_id'", 'anonymous_id') }} as device_node,
        coalesce(
            {{ covey.identity_node("'user_id'", 'user_id') }},
            {{ covey.identity_node("'customer_id'", 'customer_id', 'source_system') }},
            {{ covey.identity_node("'email'", 'email') }},
            {{ covey.identity_node("'loyalty_number'", 'loyalty_number') }}
        ) as person_node,
        seen_count,
        first_seen_at,
        last_seen_at
    from {{ ref('int_identity_sightings') }}
    where anonymous_id is not null
    {%- for device, person in [('a', 'b'), ('b', 'a')] %}
    union all
    select
        'identifiers' as input,
        {{ covey.identity_node('id_type_' ~ device, 'id_' ~ device, 'source_system') }}
            as device_node,
        {{ covey.identity_node('id_type_' ~ person, 'id_' ~ person, 'source_system') }}
            as person_node,
        1 as seen_count,
        seen_at as first_seen_at,
        seen_at as last_seen_at
    from {{ ref('stg_identifiers') }}
    where
        id_type_{{ device }} in {{ device_types }}
        and id_type_{{ person }} not in {{ device_types }}
    {%- endfor %}
),

final as (
    select
        input,
        device_node,
        person_node,
        cast(sum(seen_count) as {{ dbt.type_bigint() }}) as seen_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from sightings
    group by input, device_node, person_node
)

select * from final
