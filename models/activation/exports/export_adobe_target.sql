-- One row per destination and customer: parameters for Adobe Target's bulk profile update.
with profiles as (
    select *
    from {{ ref('int_export_profiles') }}
    where vendor = 'adobe_target'
),

final as (
    -- A parameter that is empty would be left as it is: what is missing is said.
    select
        destination_id,
        customer_key,
        operation,
        change_type,
        {{ covey.url_encoded('customer_key') }} as third_party_id,
        {{ covey.url_encoded("coalesce(audiences, '(none)')") }} as covey_audiences,
        {{ covey.url_encoded("coalesce(holdout_audiences, '(none)')") }} as covey_holdouts,
        {{ covey.url_encoded("coalesce(segment_name, '(none)')") }} as covey_segment,
        {{ covey.url_encoded("coalesce(persona_id, '(none)')") }} as covey_persona
    from profiles
)

select * from final
