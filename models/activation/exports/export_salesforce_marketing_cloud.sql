-- One row per destination and customer: rows of a data extension of Salesforce Marketing Cloud.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'salesforce_marketing_cloud'
),

final as (
    -- An empty cell would empty the field: what is missing is said.
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        customer_key as subscriber_key,
        email as email_address,
        coalesce(phone, '(none)') as phone,
        coalesce(first_name, '(none)') as first_name,
        coalesce(last_name, '(none)') as last_name,
        coalesce(country, '(none)') as country,
        coalesce(language, '(none)') as language,
        coalesce(segment_name, '(none)') as covey_segment,
        coalesce(persona_id, '(none)') as covey_persona,
        coalesce(audiences, '(none)') as covey_audiences,
        coalesce(holdout_audiences, '(none)') as covey_holdouts
    from contacts
)

select * from final
