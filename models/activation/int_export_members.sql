-- One row per destination, audience and member that the destination takes: what becomes of it.
{%- set vendors = covey.destination_vendors() %}
with destinations as (
    select *
    from {{ ref('int_destinations') }}
),

audience_members as (
    select *
    from {{ ref('audience_members') }}
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
        country,
        language,
        lifetime_value
    from {{ ref('customers') }}
),

segment_members as (
    select
        customer_key,
        segment_name,
        persona_id
    from {{ ref('int_segment_members') }}
),

described as (
    select
        customers.*,
        segment_members.segment_name,
        segment_members.persona_id
    from customers
    left join segment_members
        on customers.customer_key = segment_members.customer_key
),

taken as (
    select
        destinations.destination_id,
        destinations.vendor,
        audience_members.audience_id,
        audience_members.customer_key,
        audience_members.consent_basis,
        audience_members.is_holdout,
        audience_members.valid_until,
        destinations.max_customers,
        described.lifetime_value,
        case destinations.vendor
            {%- for vendor, known in vendors.items() %}
            when '{{ vendor }}' then {{ covey.columns_hash(known.attributes) }}
            {%- endfor %}
        end as attributes_hash,
        case
            when audience_members.is_holdout and destinations.holdouts = 'left_out' then 'held out'
            when
                not {{ covey.is_listed("'customer_key'", 'destinations.needs') }}
                and not {{ covey.is_listed(
                    "case when described.email is null then '(none)' else 'email' end",
                    'destinations.needs',
                ) }}
                and not {{ covey.is_listed(
                    "case when described.phone is null then '(none)' else 'phone' end",
                    'destinations.needs',
                ) }}
                then 'no identifier'
        end as reason_left_out
    from audience_members
    inner join destinations
        on
            audience_members.channel = destinations.channel
            and audience_members.consent_purpose = destinations.purpose
            and {{ covey.takes_audience(
                'destinations.audiences',
                'audience_members.audience_id',
                'audience_members.audience_type'
            ) }}
    inner join described
        on audience_members.customer_key = described.customer_key
),

-- Where a contract allows fewer customers, those of the highest value so far go first.
counted as (
    select
        *,
        dense_rank() over (
            partition by
                destination_id,
                case when reason_left_out is null then 1 else 0 end
            order by lifetime_value desc, customer_key asc
        ) as customer_number
    from taken
),

final as (
    select
        destination_id,
        vendor,
        audience_id,
        customer_key,
        consent_basis,
        attributes_hash,
        case
            when reason_left_out is not null then reason_left_out
            when customer_number > max_customers then 'over limit'
            when is_holdout then 'sent as holdout'
            else 'sent'
        end as outcome,
        is_holdout,
        valid_until
    from counted
)

select * from final
