-- One row per customer and tactic that fits, with the first reason that speaks against it.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
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
        and messages.event_date <= as_of.as_of_date
        and {{ dbt.datediff('messages.event_date', 'as_of.as_of_date', 'day') }} < 7
    group by messages.customer_key, messages.channel
),

judged as (
    select
        candidates.*,
        channels.channel,
        tactic_values.effect,
        tactic_values.value_at_stake,
        tactic_values.expected_value,
        -- The first that applies: what the law asks, what the customer would mind, what costs money.
        case
            when
                as_of.as_of_date < tactics.valid_from
                or as_of.as_of_date > tactics.valid_to
                then 'not valid today'
            when not channels.has_consent then 'no consent'
            when barred.customer_key is not null then 'do not'
            when
                {{ dbt.datediff('complaints.complained_date', 'as_of.as_of_date', 'day') }}
                < tactics.pause_after_complaint_days
                then 'open complaint'
            when features.recency_days < tactics.pause_after_order_days then 'recent purchase'
            when
                {{ dbt.datediff('sent.sent_date', 'as_of.as_of_date', 'day') }}
                < tactics.cool_down_days
                then 'cool-down'
            when messages_of_the_week.message_count >= tactics.most_messages_per_week
                then 'frequency cap'
            when
                tactics.discount_share > 0
                and discounts.discount_share >= tactics.discount_cap_share
                then 'discount cap'
            when tactic_values.expected_value <= 0 then 'no gain'
        end as barrier,
        barred.reason as do_not_reason,
        channels.consent_purpose || ' by ' || channels.channel as consent_needed,
        {{ covey.hash_fraction(
            "'" ~ var('covey_holdout_salt')
            ~ ":' || candidates.tactic_id || ':' || candidates.customer_key"
        ) }} < tactics.holdout_share as is_holdout
    from {{ ref('int_tactic_candidates') }} as candidates
    inner join {{ ref('tactics') }} as tactics
        on candidates.tactic_id = tactics.tactic_id
    inner join {{ ref('int_tactic_channels_chosen') }} as channels
        on
            candidates.customer_key = channels.customer_key
            and candidates.tactic_id = channels.tactic_id
    inner join {{ ref('int_tactic_values') }} as tactic_values
        on
            candidates.customer_key = tactic_values.customer_key
            and candidates.tactic_id = tactic_values.tactic_id
    inner join {{ ref('customer_features') }} as features
        on candidates.customer_key = features.customer_key
    cross join as_of
    left join {{ ref('int_tactics_barred') }} as barred
        on
            candidates.customer_key = barred.customer_key
            and candidates.tactic_id = barred.tactic_id
    left join {{ ref('int_customer_complaints') }} as complaints
        on candidates.customer_key = complaints.customer_key
    left join {{ ref('int_tactics_sent') }} as sent
        on
            candidates.customer_key = sent.customer_key
            and candidates.tactic_id = sent.tactic_id
    left join messages_of_the_week
        on
            candidates.customer_key = messages_of_the_week.customer_key
            and channels.channel = messages_of_the_week.channel
    left join {{ ref('int_customer_discounts') }} as discounts
        on
            candidates.customer_key = discounts.customer_key
            and tactics.discount_cap_days = discounts.discount_cap_days
),

final as (
    select
        *,
        -- Who is held out stays chosen: nothing else goes out in the place of what is measured.
        case when barrier is null and is_holdout then 'holdout' else barrier end
            as suppression_reason,
        case
            when barrier = 'do not' then do_not_reason
            when barrier = 'no consent' then consent_needed
        end as suppression_detail
    from judged
)

select * from final
