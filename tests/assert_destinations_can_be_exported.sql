-- Each destination that is switched on can be exported as it is set up, and keeps to the limits of
-- its vendor.
{%- set vendors = covey.destination_vendors() %}
with judged as (
    select
        destinations.destination_id,
        destinations.vendor,
        case
            when not {{ covey.is_one_of('destinations.vendor', vendors.keys() | list) }}
                then 'no such vendor'
            when
                not case destinations.vendor
                    {%- for vendor, known in vendors.items() %}
                    when '{{ vendor }}'
                        then {{ covey.is_one_of('destinations.format', known.formats) }}
                    {%- endfor %}
                end
                then 'not a format of the vendor'
            when channels.channel is null then 'no such channel'
            when not {{ covey.is_one_of('destinations.holdouts', ['left_out', 'flagged']) }}
                then 'holdouts must be left_out or flagged'
            when
                destinations.holdouts = 'flagged'
                and {{ covey.is_one_of(
                    'destinations.vendor',
                    ['google_customer_match', 'meta_custom_audience', 'mailchimp'],
                ) }}
                then 'the vendor has no place to flag a holdout: left_out'
            when not {{ covey.is_one_of('destinations.mode', ['changes', 'full']) }}
                then 'mode must be changes or full'
            when
                '|' || destinations.needs || '|' not like '%|email|%'
                and '|' || destinations.needs || '|' not like '%|phone|%'
                and '|' || destinations.needs || '|' not like '%|customer_key|%'
                then 'needs must name email, phone or customer_key'
            when
                '|' || destinations.needs || '|' like '%|customer_key|%'
                and {{ covey.is_one_of(
                    'destinations.vendor',
                    ['google_customer_match', 'meta_custom_audience', 'mailchimp'],
                ) }}
                then 'the vendor matches nobody by customer_key'
            when
                destinations.needs <> 'email'
                and {{ covey.is_one_of(
                    'destinations.vendor', ['mailchimp', 'salesforce_marketing_cloud']
                ) }}
                then 'the vendor takes nobody without an e-mail address: needs must be email'
            when coalesce(destinations.max_rows_per_file, 0) < 1
                then 'max_rows_per_file must be 1 or more'
            when
                destinations.max_rows_per_file > case destinations.vendor
                    {%- for vendor, known in vendors.items() if known.max_rows %}
                    when '{{ vendor }}' then {{ known.max_rows }}
                    {%- endfor %}
                end
                then 'more rows a file than the vendor takes'
            when destinations.max_megabytes_per_file < 1 or destinations.max_customers < 1
                then 'a limit must be 1 or more'
            when destinations.format = 'parquet' and destinations.max_megabytes_per_file is not null
                then 'the bytes of a Parquet file cannot be bounded'
        end as problem
    from {{ ref('int_destinations') }} as destinations
    left join {{ ref('channels') }} as channels
        on destinations.channel = channels.channel
)

select *
from judged
where problem is not null
