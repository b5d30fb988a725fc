-- One row per destination and customer: user profile data for Dynamic Yield, without personal data.
with profiles as (
    select *
    from {{ ref('int_export_profiles') }}
    where vendor = 'dynamic_yield'
),

final as (
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        customer_key as cuid,
        coalesce(audiences, '(none)') as covey_audiences,
        coalesce(holdout_audiences, '(none)') as covey_holdouts,
        coalesce(segment_name, '(none)') as covey_segment,
        coalesce(persona_id, '(none)') as covey_persona
    from profiles
)

select * from final
