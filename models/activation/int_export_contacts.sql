-- One row per profile of int_export_profiles, with the personal data a tool of that channel needs.
with profiles as (
    select *
    from {{ ref('int_export_profiles') }}
),

customers as (
    select
        customer_key,
        email,
        phone,
        first_name,
        last_name,
        country,
        language
    from {{ ref('customers') }}
),

final as (
    select
        profiles.destination_id,
        profiles.vendor,
        profiles.export_id,
        profiles.customer_key,
        profiles.operation,
        profiles.change_type,
        profiles.audiences,
        profiles.holdout_audiences,
        profiles.segment_name,
        profiles.persona_id,
        customers.email,
        -- A number goes only where it is written to or called.
        case when profiles.channel in ('sms', 'phone') then customers.phone end as phone,
        customers.first_name,
        customers.last_name,
        customers.country,
        customers.language,
        profiles.as_of_date
    from profiles
    left join customers
        on
            profiles.customer_key = customers.customer_key
            -- Of who has left nothing is told but that.
            and profiles.change_type <> 'exit'
)

select * from final
