-- One row per destination, customer and operation: members for Mailchimp's batch subscribe; by the
-- hash of their address those who are to lose covey's tags.
with contacts as (
    select *
    from {{ ref('int_export_contacts') }}
    where vendor = 'mailchimp'
),

-- Mailchimp knows a member by the MD5 of the address in lower case, and nothing else of ours.
sent_before as (
    select distinct
        destination_id,
        customer_key,
        email_hash
    from {{ ref('int_exported_members') }}
    where is_confirmed
),

named as (
    select
        *,
        {{ dbt.hash(covey.meta_email('email')) }} as subscriber_hash,
        {{ covey.json_without_nulls({
            'FNAME': 'first_name',
            'LNAME': 'last_name',
            'PHONE': 'phone',
            'SEGMENT': 'segment_name',
            'PERSONA': 'persona_id',
        }) }} as merge_fields
    from contacts
),

added as (
    select
        destination_id,
        customer_key,
        'add' as operation,
        change_type,
        subscriber_hash,
        {{ covey.json_without_nulls(
            {
                'email_address': covey.meta_email('email'),
                'status_if_new': "'subscribed'",
                'language': 'language',
            },
            raw={'merge_fields': 'merge_fields', 'tags': covey.json_list('audiences')},
        ) }} as payload
    from named
    where change_type <> 'exit'
),

removed as (
    select
        named.destination_id,
        named.customer_key,
        'remove' as operation,
        named.change_type,
        sent_before.email_hash as subscriber_hash,
        {{ covey.json_without_nulls(
            {'subscriber_hash': 'sent_before.email_hash'}, raw={'tags': "'[]'"}
        ) }} as payload
    from named
    inner join sent_before
        on
            named.destination_id = sent_before.destination_id
            and named.customer_key = sent_before.customer_key
    where
        named.change_type = 'exit'
        or sent_before.email_hash <> named.subscriber_hash
),

final as (
    select * from added
    union all
    select * from removed
)

select * from final
