-- One row per segmentation and segment: the channel that its customers seek more than others do.
with contacts as (
    select
        customer_key,
        channel,
        count(*) as contact_count
    from {{ ref('int_customer_contacts') }}
    group by customer_key, channel
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
        contacts.channel,
        sum(contacts.contact_count) as contact_count,
        count(*) as customers
    from customer_segments
    inner join contacts
        on customer_segments.customer_key = contacts.customer_key
    group by
        customer_segments.segmentation, customer_segments.segment_id, contacts.channel
),

shared as (
    select
        segmentation,
        segment_id,
        channel,
        customers,
        contact_count * 1.0 / sum(contact_count) over (partition by segmentation, segment_id)
            as segment_share,
        sum(contact_count) over (partition by segmentation, channel) * 1.0
        / sum(contact_count) over (partition by segmentation) as population_share
    from summed
),

-- In points, not as a ratio: a channel that hardly anybody uses is nobody's favourite by chance.
ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            order by segment_share - population_share desc, segment_share desc, channel asc
        ) as channel_rank
    from shared
    where customers >= {{ var('covey_min_group_size') }}
),

final as (
    select
        segmentation,
        segment_id,
        channel,
        segment_share,
        population_share
    from ranked
    where channel_rank = 1
)

select * from final
