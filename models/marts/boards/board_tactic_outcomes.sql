-- One row per outcome of the proposed actions: used, or why not, with what that means.
with customer_tactics as (
    select
        customer_key,
        suppression_reason
    from {{ ref('customer_tactics') }}
),

final as (
    select
        coalesce(suppression_reason, 'ready to use') as outcome,
        case suppression_reason
            when 'not valid today' then 'The tactic has not begun yet, or is over'
            when 'no consent' then 'The customer may be contacted in none of its channels'
            when 'do not' then 'A rule says that it is wrong for this customer'
            when 'open complaint' then 'The customer complained of late'
            when 'recent purchase' then 'The customer bought of late and is left in peace'
            when 'cool-down' then 'The customer was sent the same of late'
            when 'frequency cap' then 'The customer has had as many messages this week as allowed'
            when 'discount cap' then 'The customer has had as much discount of late as allowed'
            when 'no gain' then 'It is expected to cost more than it brings'
            when 'holdout' then 'Left out at random, to measure what the tactic brings'
            else coalesce(suppression_reason, 'Nothing speaks against it')
        end as meaning,
        count(*) as actions,
        count(distinct customer_key) as customers,
        suppression_reason is null as is_usable
    from customer_tactics
    group by suppression_reason
    having count(distinct customer_key) >= {{ var('covey_min_group_size') }}
)

select * from final
