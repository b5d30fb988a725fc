-- One row per destination and customer: contacts for HubSpot's import.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'hubspot'
),

final as (
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        customer_key as covey_customer_key,
        email,
        phone,
        first_name as firstname,
        last_name as lastname,
        country,
        language as hs_language,
        segment_name as covey_segment,
        persona_id as covey_persona,
        -- Values of a property with checkboxes are joined by semicolons.
        coalesce(replace(audiences, '|', ';'), '(none)') as covey_audiences,
        coalesce(replace(holdout_audiences, '|', ';'), '(none)') as covey_holdouts
    from contacts
)

select * from final
