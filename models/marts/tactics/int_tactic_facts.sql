-- One row per customer and tactic that fits: what is to be known before it is used.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

candidates as (
    select
        customer_key,
        tactic_id
    from {{ ref('int_tactic_candidates') }}
),

tactics as (
    select
        tactic_id,
        discount_cap_days
    from {{ ref('tactics') }}
),

channels as (
    select *
    from {{ ref('int_tactic_channels_chosen') }}
),

features as (
    select
        customer_key,
        recency_days
    from {{ ref('customer_features') }}
),

barred as (
    select *
    from {{ ref('int_tactics_barred') }}
),

complaints as (
    select *
    from {{ ref('int_customer_complaints') }}
),

sent as (
    select *
    from {{ ref('int_tactics_sent') }}
),

discounts as (
    select *
    from {{ ref('int_customer_discounts') }}
),

messages_of_the_week as (
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

final as (
    select
        candidates.customer_key,
        candidates.tactic_id,
        channels.channel,
        channels.consent_purpose,
        barred.reason as do_not_reason,
        channels.has_consent,
        features.recency_days as days_since_order,
        {{ dbt.datediff('complaints.complained_date', 'as_of.as_of_date', 'day') }}
            as days_since_complaint,
        {{ dbt.datediff('sent.sent_date', 'as_of.as_of_date', 'day') }}
            as days_since_sent,
        coalesce(messages_of_the_week.message_count, 0) as messages_this_week,
        coalesce(discounts.discount_share, 0) as recent_discount_share,
        as_of.as_of_date
    from candidates
    cross join as_of
    inner join tactics
        on candidates.tactic_id = tactics.tactic_id
    inner join channels
        on
            candidates.customer_key = channels.customer_key
            and candidates.tactic_id = channels.tactic_id
    inner join features
        on candidates.customer_key = features.customer_key
    left join barred
        on
            candidates.customer_key = barred.customer_key
            and candidates.tactic_id = barred.tactic_id
    left join complaints
        on candidates.customer_key = complaints.customer_key
    left join sent
        on
            candidates.customer_key = sent.customer_key
            and candidates.tactic_id = sent.tactic_id
    left join messages_of_the_week
        on
            candidates.customer_key = messages_of_the_week.customer_key
            and channels.channel = messages_of_the_week.channel
    left join discounts
        on
            candidates.customer_key = discounts.customer_key
            and tactics.discount_cap_days = discounts.discount_cap_days
)

select * from final
