-- One row per customer and tactic that must not be used for them, with the reason.
with customers as (
    select customer_key
    from {{ ref('customer_features') }}
),

feature_values as (
    select
        customer_key,
        feature,
        feature_value
    from {{ ref('feature_values') }}
),

tactics as (
    select tactic_id
    from {{ ref('tactics') }}
),

tactic_do_nots as (
    select
        tactics.tactic_id,
        do_nots.feature,
        do_nots.comparison,
        do_nots.bound,
        do_nots.reason
    from {{ ref('tactic_do_nots') }} as do_nots
    inner join tactics
        on do_nots.tactic_id in (tactics.tactic_id, '(any)')
),

out_of_bounds as (
    select
        feature_values.customer_key,
        tactic_do_nots.tactic_id,
        tactic_do_nots.reason
    from feature_values
    inner join tactic_do_nots
        on feature_values.feature = tactic_do_nots.feature
    where
        (
            tactic_do_nots.comparison = 'below'
            and feature_values.feature_value < tactic_do_nots.bound
        )
        or (
            tactic_do_nots.comparison = 'above'
            and feature_values.feature_value > tactic_do_nots.bound
        )
),

without_value as (
    select
        customers.customer_key,
        tactic_do_nots.tactic_id,
        tactic_do_nots.reason
    from customers
    inner join tactic_do_nots
        on tactic_do_nots.comparison = 'missing'
    left join feature_values
        on
            customers.customer_key = feature_values.customer_key
            and tactic_do_nots.feature = feature_values.feature
    where feature_values.customer_key is null
),

forbidden as (
    select * from out_of_bounds
    union all
    select * from without_value
),

-- Of several reasons the first by name: one is enough.
final as (
    select
        customer_key,
        tactic_id,
        min(reason) as reason
    from forbidden
    group by customer_key, tactic_id
)

select * from final
