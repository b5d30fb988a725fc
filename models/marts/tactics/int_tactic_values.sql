-- One row per customer and tactic that fits: what it may bring.
with candidates as (
    select
        customer_key,
        tactic_id,
        trigger_value
    from {{ ref('int_tactic_candidates') }}
),

tactics as (
    select
        tactic_id,
        kpi_days,
        discount_share,
        contact_cost
    from {{ ref('tactics') }}
),

tactic_effects as (
    select
        tactic_id,
        effect
    from {{ ref('tactic_effects') }}
),

customer_features as (
    select
        customer_key,
        average_order_value
    from {{ ref('customer_features') }}
),

customer_lifetime_value as (
    select
        customer_key,
        expected_order_value,
        expected_value_90_days,
        expected_value_365_days
    from {{ ref('customer_lifetime_value') }}
),

typical_order as (
    select {{ covey.quantile_cont('average_order_value', 0.5) }} as average_order_value
    from customer_features
),

rated as (
    select
        candidates.customer_key,
        candidates.tactic_id,
        tactic_effects.effect,
        tactics.discount_share,
        tactics.contact_cost,
        -- The cart that is at stake, else an order of theirs, else an order of anybody.
        coalesce(
            candidates.trigger_value,
            customer_lifetime_value.expected_order_value,
            customer_features.average_order_value,
            typical_order.average_order_value,
            0
        ) as order_value,
        -- Between the horizons of customer_lifetime_value the value grows evenly.
        coalesce(
            case
                when tactics.kpi_days <= 90
                    then customer_lifetime_value.expected_value_90_days * tactics.kpi_days / 90.0
                else
                    customer_lifetime_value.expected_value_90_days
                    + (
                        customer_lifetime_value.expected_value_365_days
                        - customer_lifetime_value.expected_value_90_days
                    ) * (tactics.kpi_days - 90) / 275.0
            end,
            0
        ) as horizon_value
    from candidates
    inner join tactics
        on candidates.tactic_id = tactics.tactic_id
    inner join tactic_effects
        on candidates.tactic_id = tactic_effects.tactic_id
    inner join customer_features
        on candidates.customer_key = customer_features.customer_key
    cross join typical_order
    left join customer_lifetime_value
        on candidates.customer_key = customer_lifetime_value.customer_key
),

final as (
    select
        customer_key,
        tactic_id,
        effect,
        greatest(order_value, horizon_value) as value_at_stake,
        -- The orders that it adds, less their discount; less the discount on the order that would
        -- have come without it; less what it costs to reach the customer.
        effect * greatest(order_value, horizon_value) * (1 - discount_share)
        - discount_share * least(order_value, horizon_value)
        - contact_cost as expected_value
    from rated
)

select * from final
