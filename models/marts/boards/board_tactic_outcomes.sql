-- One row per outcome of the proposed actions: used, or why not.
with customer_tactics as (
    select
        customer_key,
        suppression_reason
    from {{ ref('customer_tactics') }}
),

final as (
    select
        coalesce(suppression_reason, 'ready to use') as outcome,
        count(*) as actions,
        count(distinct customer_key) as customers,
        suppression_reason is null as is_usable
    from customer_tactics
    group by suppression_reason
    having count(distinct customer_key) >= {{ var('covey_min_group_size') }}
)

select * from final
