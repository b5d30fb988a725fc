-- One row per destination and customer: an identify call for Segment or RudderStack.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor in ('segment', 'rudderstack')
),

described as (
    select
        *,
        {{ covey.json_without_nulls(
            {
                'email': 'email',
                'phone': 'phone',
                'firstName': 'first_name',
                'lastName': 'last_name',
                'country': 'country',
                'language': 'language',
                'covey_segment': 'segment_name',
                'covey_persona': 'persona_id',
            },
            raw={
                'covey_audiences': covey.json_list('audiences'),
                'covey_holdouts': covey.json_list('holdout_audiences'),
            },
        ) }} as traits
    from contacts
),

final as (
    -- The id of the message is that of the export and the customer: sent twice, it counts once.
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        {{ covey.json_without_nulls(
            {
                'type': "'identify'",
                'userId': 'customer_key',
                'messageId': "'covey-' || " ~ dbt.hash("export_id || ':' || customer_key"),
                'timestamp': "cast(as_of_date as " ~ dbt.type_string() ~ ") || 'T23:59:59Z'",
            },
            raw={
                'traits': "case when vendor = 'segment' then traits end",
                'context': "case when vendor = 'rudderstack' then '{\"traits\":' || traits || '}' end",
            },
        ) }} as payload
    from described
)

select * from final
