-- One row per destination, audience, customer and operation: Google Customer Match.
with entries as (
    select *
    from {{ ref('int_export_entries') }}
    where vendor = 'google_customer_match'
),

customers as (
    select
        customer_key,
        email,
        phone,
        first_name,
        last_name,
        country,
        postal_code
    from {{ ref('customers') }}
),

-- A list is told who leaves it by the hashes that it was sent, not by what the customer has now.
sent_before as (
    select
        destination_id,
        audience_id,
        customer_key,
        email_hash,
        phone_hash
    from {{ ref('int_exported_members') }}
    where is_confirmed
),

final as (
    select
        entries.destination_id,
        entries.audience_id,
        entries.customer_key,
        entries.operation,
        entries.change_type,
        case
            when entries.operation = 'remove' then sent_before.email_hash
            else {{ covey.sha256(covey.google_email('customers.email')) }}
        end as email,
        case
            when entries.operation = 'remove' then sent_before.phone_hash
            else {{ covey.sha256(covey.google_phone('customers.phone')) }}
        end as phone,
        {{ covey.sha256(covey.google_name('customers.first_name')) }} as first_name,
        {{ covey.sha256(covey.google_name('customers.last_name')) }} as last_name,
        upper(customers.country) as country,
        trim(customers.postal_code) as zip
    from entries
    left join customers
        on
            entries.customer_key = customers.customer_key
            and entries.operation = 'add'
    left join sent_before
        on
            entries.destination_id = sent_before.destination_id
            and entries.audience_id = sent_before.audience_id
            and entries.customer_key = sent_before.customer_key
)

select * from final
