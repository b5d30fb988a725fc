-- One row per destination, audience, customer and operation: Meta Custom Audiences.
with entries as (
    select *
    from {{ ref('int_export_entries') }}
    where vendor = 'meta_custom_audience'
),

customers as (
    select
        customer_key,
        email,
        phone,
        first_name,
        last_name,
        city,
        postal_code,
        country
    from {{ ref('customers') }}
),

final as (
    -- Who leaves is named by the external id alone, which is not hashed.
    select
        entries.destination_id,
        entries.audience_id,
        entries.customer_key,
        entries.operation,
        entries.change_type,
        entries.customer_key as extern_id,
        {{ covey.sha256(covey.meta_email('customers.email')) }} as email,
        {{ covey.sha256(covey.meta_phone('customers.phone')) }} as phone,
        {{ covey.sha256(covey.meta_name('customers.first_name')) }} as fn,
        {{ covey.sha256(covey.meta_name('customers.last_name')) }} as ln,
        {{ covey.sha256(covey.meta_city('customers.city')) }} as ct,
        {{ covey.sha256(covey.meta_postal_code('customers.postal_code', 'customers.country')) }}
            as zip,
        {{ covey.sha256('lower(customers.country)') }} as country
    from entries
    left join customers
        on
            entries.customer_key = customers.customer_key
            and entries.operation = 'add'
)

select * from final
