-- One row per customer with a complaint that nothing has settled.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

-- About a message, in person or by telephone.
complaints as (
    select
        customer_key,
        event_type,
        event_date
    from {{ ref('int_message_days_resolved') }}
    where event_type = 'complaint'
    union all
    select
        customer_key,
        event_type,
        event_date
    from {{ ref('int_offline_days_resolved') }}
    where event_type in ('complaint', 'complaint_resolved')
),

summed_to_kind as (
    select
        complaints.customer_key,
        complaints.event_type,
        max(complaints.event_date) as last_date
    from complaints
    cross join as_of
    where
        complaints.customer_key is not null
        and complaints.event_date <= as_of.as_of_date
    group by complaints.customer_key, complaints.event_type
),

final as (
    select
        customer_key,
        max(case when event_type = 'complaint' then last_date end) as complained_date
    from summed_to_kind
    group by customer_key
    having
        max(case when event_type = 'complaint' then last_date end) > coalesce(
            max(case when event_type = 'complaint_resolved' then last_date end),
            cast('{{ var("covey_earliest_date") }}' as date)
        )
)

select * from final
