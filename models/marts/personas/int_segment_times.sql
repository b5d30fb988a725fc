-- One row per segmentation and segment: the part of the week with most of its contacts.
with contacts as (
    select
        customer_key,
        case when {{ covey.is_weekend('contact_date') }} then 'weekend' else 'weekday' end
            as week_part,
        case
            when extract(hour from contacted_at) < 6 then 'night'
            when extract(hour from contacted_at) < 12 then 'morning'
            when extract(hour from contacted_at) < 18 then 'afternoon'
            else 'evening'
        end as day_part
    from {{ ref('int_customer_contacts') }}
    where contacted_at is not null
),

customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key
    from {{ ref('customer_segments') }}
),

summed as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        contacts.week_part,
        contacts.day_part,
        count(*) as contact_count,
        count(distinct contacts.customer_key) as customers
    from customer_segments
    inner join contacts
        on customer_segments.customer_key = contacts.customer_key
    group by
        customer_segments.segmentation,
        customer_segments.segment_id,
        contacts.week_part,
        contacts.day_part
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            -- A week has five weekdays and two days of weekend.
            order by
                contact_count * case when week_part = 'weekend' then 5 else 2 end desc,
                week_part asc,
                day_part asc
        ) as time_rank
    from summed
    where customers >= {{ var('covey_min_group_size') }}
),

final as (
    select
        segmentation,
        segment_id,
        week_part || ' ' || day_part as preferred_time
    from ranked
    where time_rank = 1
)

select * from final
