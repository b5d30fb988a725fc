-- One row per tactic that is the first choice of enough customers.
with customer_tactics as (
    select
        customer_key,
        tactic_id,
        expected_value
    from {{ ref('customer_tactics') }}
    where not is_suppressed
),

tactics as (
    select
        tactic_id,
        tactic_name
    from {{ ref('tactics') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by expected_value desc, tactic_id asc
        ) as choice
    from customer_tactics
),

final as (
    select
        ranked.tactic_id,
        tactics.tactic_name,
        count(*) as customers,
        {{ covey.exact_sum('ranked.expected_value') }} as expected_value
    from ranked
    inner join tactics
        on ranked.tactic_id = tactics.tactic_id
    where ranked.choice = 1
    group by ranked.tactic_id, tactics.tactic_name
    having count(*) >= {{ var('covey_min_group_size') }}
)

select * from final
