-- One row per customer of the primary segmentation and tactic that fits the segment.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key
    from {{ ref('customer_segments') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
),

segment_tactics as (
    select
        segmentation,
        segment_id,
        tactic_id,
        priority
    from {{ ref('segment_tactics') }}
),

tactics as (
    select *
    from {{ ref('tactics') }}
),

customer_features as (
    select
        customer_key,
        recency_days,
        average_order_value
    from {{ ref('customer_features') }}
),

typical_order as (
    select {{ covey.quantile_cont('average_order_value', 0.5) }} as average_order_value
    from customer_features
),

consents as (
    select
        customer_key,
        purpose,
        channel
    from {{ ref('int_consents_current') }}
    where is_granted
),

recent_messages as (
    select
        messages.customer_key,
        messages.channel,
        count(distinct messages.message_id) as message_count
    from {{ ref('int_message_days_resolved') }} as messages
    cross join as_of
    where
        messages.event_type in ('sent', 'delivered')
        and messages.event_date > {{ dbt.dateadd('day', -7, 'as_of.as_of_date') }}
        and messages.event_date <= as_of.as_of_date
    group by messages.customer_key, messages.channel
),

fitting as (
    select
        customer_segments.customer_key,
        customer_segments.segmentation,
        customer_segments.segment_id,
        tactics.tactic_id,
        tactics.channel,
        segment_tactics.priority,
        -- What the tactic may bring: the prior effect on the chance of an order, times an order.
        tactics.prior_effect
        * coalesce(customer_features.average_order_value, typical_order.average_order_value, 0)
        * (1 - tactics.discount_share) as expected_value,
        case
            when consents.customer_key is null
                then 'no ' || tactics.consent_purpose || ' consent for ' || tactics.channel
            when customer_features.recency_days < tactics.pause_after_order_days
                then 'recent purchase'
            when recent_messages.message_count >= tactics.most_messages_per_week
                then 'frequency cap'
        end as suppression_reason
    from customer_segments
    inner join segment_tactics
        on
            customer_segments.segmentation = segment_tactics.segmentation
            and customer_segments.segment_id = segment_tactics.segment_id
    inner join tactics
        on segment_tactics.tactic_id = tactics.tactic_id
    inner join customer_features
        on customer_segments.customer_key = customer_features.customer_key
    cross join typical_order
    left join consents
        on
            customer_segments.customer_key = consents.customer_key
            and tactics.consent_purpose = consents.purpose
            and consents.channel in (tactics.channel, '(all)')
    left join recent_messages
        on
            customer_segments.customer_key = recent_messages.customer_key
            and tactics.channel = recent_messages.channel
),

final as (
    select
        customer_key,
        tactic_id,
        segmentation,
        segment_id,
        channel,
        suppression_reason,
        cast(
            row_number() over (
                partition by customer_key, channel
                order by
                    case when suppression_reason is null then 0 else 1 end asc,
                    expected_value desc,
                    priority asc,
                    tactic_id asc
            ) as {{ dbt.type_bigint() }}
        ) as rank,
        cast(expected_value as {{ covey.type_double() }}) as expected_value,
        suppression_reason is not null as is_suppressed
    from fitting
)

select * from final
