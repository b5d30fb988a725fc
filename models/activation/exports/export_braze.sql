-- One row per destination and customer: a user of Braze, as its Cloud Data Ingestion reads them.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'braze'
),

final as (
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        customer_key as external_id,
        {{ covey.json_without_nulls(
            {
                'email': 'email',
                'phone': 'phone',
                'first_name': 'first_name',
                'last_name': 'last_name',
                'country': 'country',
                'language': 'language',
                'covey_segment': 'segment_name',
                'covey_persona': 'persona_id',
            },
            raw={
                'covey_audiences': covey.json_list('audiences'),
                'covey_holdouts': covey.json_list('holdout_audiences'),
            },
        ) }} as payload,
        {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }}
            as updated_at
    from contacts
)

select * from final
