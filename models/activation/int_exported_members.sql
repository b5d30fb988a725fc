-- One row per destination, audience, customer and stretch of exports in which the member was sent with
-- the same attributes: what a tool was sent by any export that may yet be confirmed. A log.
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

kept as (
    select
        previous.destination_id,
        previous.audience_id,
        previous.customer_key,
        previous.outcome,
        previous.attributes_hash,
        previous.email_hash,
        previous.phone_hash,
        previous.first_export_number,
        case
            when previous.last_export_number is not null then previous.last_export_number
            -- A destination that is switched off is not exported: what it was sent stays sent.
            when present_exports.export_number is not null and sent_now.customer_key is null
                then present_exports.export_number - 1
        end as last_export_number
    from previous
    left join present_exports
        on previous.destination_id = present_exports.destination_id
    left join sent_now
        on
            previous.destination_id = sent_now.destination_id
            and previous.audience_id = sent_now.audience_id
            and previous.customer_key = sent_now.customer_key
            and previous.outcome = sent_now.outcome
            and previous.attributes_hash = sent_now.attributes_hash
),

added as (
    select
        sent_now.destination_id,
        sent_now.audience_id,
        sent_now.customer_key,
        sent_now.outcome,
        sent_now.attributes_hash,
        sent_now.email_hash,
        sent_now.phone_hash,
        sent_now.export_number as first_export_number,
        cast(null as {{ dbt.type_bigint() }}) as last_export_number
    from sent_now
    left join kept
        on
            sent_now.destination_id = kept.destination_id
            and sent_now.audience_id = kept.audience_id
            and sent_now.customer_key = kept.customer_key
            and kept.last_export_number is null
    where kept.customer_key is null
),

stretches as (
    select * from kept
    union all
    select * from added
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
