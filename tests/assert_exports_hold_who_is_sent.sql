-- Each export table adds those who are sent, nobody else, and nobody twice.
with sent as (
    select
        members.destination_id,
        members.customer_key,
        case
            when {{ covey.is_one_of('members.vendor', covey.vendors_that_take('lists')) }}
                then members.audience_id
            else '(profile)'
        end as audience_id
    from {{ ref('int_export_members') }} as members
    where members.outcome in ('sent', 'sent as holdout')
),

wanted as (
    select distinct *
    from sent
),

exported as (
    {%- for name in [
        'google_customer_match', 'meta_custom_audience', 'generic', 'braze', 'klaviyo',
        'salesforce_marketing_cloud', 'hubspot', 'iterable', 'mailchimp', 'identify',
        'adobe_target', 'dynamic_yield'
    ] %}
    select
        destination_id,
        customer_key,
        {{ 'audience_id' if loop.index <= 3 else "'(profile)' as audience_id" }}
    from {{ ref('export_' ~ name) }}
    where operation = 'add'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

counted as (
    select
        destination_id,
        customer_key,
        audience_id,
        count(*) as export_count
    from exported
    group by destination_id, customer_key, audience_id
)

select
    wanted.destination_id as wanted_destination_id,
    wanted.customer_key as wanted_customer_key,
    counted.*
from wanted
full outer join counted
    on
        wanted.destination_id = counted.destination_id
        and wanted.customer_key = counted.customer_key
        and wanted.audience_id = counted.audience_id
where
    wanted.customer_key is null
    or counted.customer_key is null
    or counted.export_count <> 1
