-- One row per destination and customer: a user of Iterable, as its bulk update of users reads them.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'iterable'
),

described as (
    select
        *,
        {{ covey.json_without_nulls(
            {
                'firstName': 'first_name',
                'lastName': 'last_name',
                'phoneNumber': 'phone',
                'country': 'country',
                'language': 'language',
                'coveySegment': 'segment_name',
                'coveyPersona': 'persona_id',
            },
            raw={
                'coveyAudiences': covey.json_list('audiences'),
                'coveyHoldouts': covey.json_list('holdout_audiences'),
            },
        ) }} as data_fields
    from contacts
),

final as (
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        {{ covey.json_without_nulls(
            {'email': 'email', 'userId': 'customer_key'}, raw={'dataFields': 'data_fields'}
        ) }} as payload
    from described
)

select * from final
