-- One row per customer and tactic that fits, with the first reason that speaks against it.
{%- set salt = var('covey_holdout_salt') %}
with facts as (
    select *
    from {{ ref('int_tactic_facts') }}
),

tactic_values as (
    select
        customer_key,
        tactic_id,
        expected_value
    from {{ ref('int_tactic_values') }}
),

tactics as (
    select *
    from {{ ref('tactics') }}
),

judged as (
    select
        facts.customer_key,
        facts.tactic_id,
        facts.channel,
        facts.consent_purpose,
        facts.do_not_reason,
        -- The first that applies: what the law asks, what the customer minds, what costs money.
        case
            when
                facts.as_of_date < tactics.valid_from
                or facts.as_of_date > tactics.valid_to
                then 'not valid today'
            when not facts.has_consent then 'no consent'
            when facts.do_not_reason is not null then 'do not'
            when facts.days_since_complaint < tactics.pause_after_complaint_days
                then 'open complaint'
            when facts.days_since_order < tactics.pause_after_order_days then 'recent purchase'
            when facts.days_since_sent < tactics.cool_down_days then 'cool-down'
            when facts.messages_this_week >= tactics.most_messages_per_week then 'frequency cap'
            when
                tactics.discount_share > 0
                and facts.recent_discount_share >= tactics.discount_cap_share
                then 'discount cap'
            when tactic_values.expected_value <= 0 then 'no gain'
        end as barrier,
        {{ covey.hash_fraction(
            "'" ~ salt ~ ":' || facts.tactic_id || ':' || facts.customer_key"
        ) }} < tactics.holdout_share as is_holdout
    from facts
    inner join tactics
        on facts.tactic_id = tactics.tactic_id
    inner join tactic_values
        on
            facts.customer_key = tactic_values.customer_key
            and facts.tactic_id = tactic_values.tactic_id
),

final as (
    select
        customer_key,
        tactic_id,
        channel,
        barrier,
        -- Who is held out stays chosen: nothing else goes out in the place of what is measured.
        case when barrier is null and is_holdout then 'holdout' else barrier end
            as suppression_reason,
        case
            when barrier = 'do not' then do_not_reason
            when barrier = 'no consent' then consent_purpose || ' by ' || channel
        end as suppression_detail,
        is_holdout
    from judged
)

select * from final
