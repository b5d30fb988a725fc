-- One row per destination and customer: a profile for Klaviyo's Bulk Import Profiles API.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'klaviyo'
),

-- The language is a BCP 47 tag, of the code and the country.
located as (
    select
        *,
        {{ covey.json_without_nulls({'country': 'country'}) }} as located_in,
        {{ covey.json_without_nulls(
            {'covey_segment': 'segment_name', 'covey_persona': 'persona_id'},
            raw={
                'covey_audiences': covey.json_list('audiences'),
                'covey_holdouts': covey.json_list('holdout_audiences'),
            },
        ) }} as properties
    from contacts
),

attributed as (
    select
        *,
        {{ covey.json_without_nulls(
            {
                'external_id': 'customer_key',
                'email': 'email',
                'phone_number': 'phone',
                'first_name': 'first_name',
                'last_name': 'last_name',
                'locale': "language || '-' || country",
            },
            raw={'location': "nullif(located_in, '{}')", 'properties': 'properties'},
        ) }} as attributes
    from located
),

final as (
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        {{ covey.json_without_nulls({'type': "'profile'"}, raw={'attributes': 'attributes'}) }}
            as payload
    from attributed
)

select * from final
