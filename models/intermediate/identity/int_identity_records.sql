-- One row per CRM record, with what it is compared by to find fuzzy duplicates; a value that is a
-- hub is none. People who asked to be forgotten are compared, too: their other records go with
-- them.
{%- set match = covey.setting('covey_identity_match') %}
with records as (
    select
        {{ covey.identity_node("'customer_id'", 'customer_id', 'source_system') }} as record_id,
        {{ covey.identity_node("'email'", 'email') }} as email_node,
        {{ covey.identity_node("'phone'", 'phone') }} as phone_node,
        first_name,
        last_name,
        email,
        phone,
        address,
        city,
        postal_code,
        birth_date
    from {{ ref('stg_customers') }}
),

hubs as (
    select hub_node
    from {{ ref('int_identity_hubs') }}
),

final as (
    select
        records.record_id,
        records.first_name,
        records.last_name,
        case when email_hubs.hub_node is null then records.email end as email,
        case when phone_hubs.hub_node is null then records.phone end as phone,
        records.address,
        records.city,
        records.postal_code,
        records.birth_date
    from records
    left join hubs as email_hubs
        on records.email_node = email_hubs.hub_node
    left join hubs as phone_hubs
        on records.phone_node = phone_hubs.hub_node
    where {{ 'true' if match.get('enabled', true) else 'false' }}
)

select * from final
