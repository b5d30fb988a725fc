-- One row per customer and tactic that was sent to them by the as-of date.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

tactics as (
    select tactic_id
    from {{ ref('tactics') }}
),

messages as (
    select
        customer_key,
        campaign_id,
        event_date
    from {{ ref('int_message_days_resolved') }}
    where
        event_type in ('sent', 'delivered')
        and customer_key is not null
),

final as (
    select
        messages.customer_key,
        tactics.tactic_id,
        max(messages.event_date) as sent_date
    from messages
    -- A message that carries a tactic out has its name for a campaign.
    inner join tactics
        on messages.campaign_id = tactics.tactic_id
    cross join as_of
    where messages.event_date <= as_of.as_of_date
    group by messages.customer_key, tactics.tactic_id
)

select * from final
