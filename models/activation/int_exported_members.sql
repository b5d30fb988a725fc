-- One row per destination, audience, customer and stretch of exports in which the member was sent
-- with the same attributes: what a tool was sent by any export that may yet be confirmed. A log.
with members as (
    select
        destination_id,
        vendor,
        audience_id,
        customer_key,
        outcome,
        attributes_hash
    from {{ ref('int_export_members') }}
    where outcome in ('sent', 'sent as holdout')
),

present_exports as (
    select
        destination_id,
        export_number
    from {{ ref('export_manifests') }}
    where is_present
),

confirmed_exports as (
    select
        destination_id,
        max(export_number) as export_number
    from {{ ref('export_manifests') }}
    where is_confirmed
    group by destination_id
),

customers as (
    select
        customer_key,
        email,
        phone
    from {{ ref('customers') }}
),

previous as (
    {{ covey.last_run_rows(covey.exported_member_columns()) | indent(4) }}
),

-- What a tool that does not know our keys must be told of who leaves it.
sent_now as (
    select
        members.destination_id,
        members.audience_id,
        members.customer_key,
        members.outcome,
        members.attributes_hash,
        case members.vendor
            when 'google_customer_match'
                then {{ covey.sha256(covey.google_email('customers.email')) }}
            when 'mailchimp' then {{ dbt.hash(covey.meta_email('customers.email')) }}
        end as email_hash,
        case members.vendor
            when 'google_customer_match'
                then {{ covey.sha256(covey.google_phone('customers.phone')) }}
        end as phone_hash,
        present_exports.export_number
    from members
    inner join present_exports
        on members.destination_id = present_exports.destination_id
    inner join customers
        on members.customer_key = customers.customer_key
),

open_before as (
    select *
    from previous
    where last_export_number is null
),

-- Those who are sent as before stay, those who are not end with the export before this one, the
-- others begin with this one. Of a destination that is switched off all stay: it still has them.
compared as (
    select
        coalesce(open_before.destination_id, sent_now.destination_id) as destination_id,
        coalesce(open_before.audience_id, sent_now.audience_id) as audience_id,
        coalesce(open_before.customer_key, sent_now.customer_key) as customer_key,
        coalesce(open_before.outcome, sent_now.outcome) as outcome,
        coalesce(open_before.attributes_hash, sent_now.attributes_hash) as attributes_hash,
        coalesce(open_before.email_hash, sent_now.email_hash) as email_hash,
        coalesce(open_before.phone_hash, sent_now.phone_hash) as phone_hash,
        coalesce(open_before.first_export_number, sent_now.export_number) as first_export_number,
        case
            when sent_now.customer_key is null then present_exports.export_number - 1
        end as last_export_number
    from open_before
    full outer join sent_now
        on
            open_before.destination_id = sent_now.destination_id
            and open_before.audience_id = sent_now.audience_id
            and open_before.customer_key = sent_now.customer_key
            and open_before.outcome = sent_now.outcome
            and open_before.attributes_hash = sent_now.attributes_hash
    left join present_exports
        on open_before.destination_id = present_exports.destination_id
),

stretches as (
    select * from compared
    union all
    select *
    from previous
    where last_export_number is not null
),

final as (
    select
        stretches.*,
        stretches.last_export_number is null as is_present,
        coalesce(
            stretches.first_export_number <= confirmed_exports.export_number
            and (
                stretches.last_export_number is null
                or stretches.last_export_number >= confirmed_exports.export_number
            ),
            false
        ) as is_confirmed
    from stretches
    left join confirmed_exports
        on stretches.destination_id = confirmed_exports.destination_id
    left join present_exports
        on stretches.destination_id = present_exports.destination_id
    where
        stretches.last_export_number is null
        -- The confirmed export and those after it, which may be confirmed yet, but not for ever.
        or (
            stretches.last_export_number >= coalesce(confirmed_exports.export_number, 0)
            and (
                stretches.last_export_number
                > present_exports.export_number - {{ var('covey_unconfirmed_exports') }}
                or present_exports.export_number is null
                or stretches.first_export_number <= confirmed_exports.export_number
            )
        )
)

select * from final
