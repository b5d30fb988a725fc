-- One row per customer and tactic that fits and must not be used for them, with the reason.
with candidates as (
    select
        customer_key,
        tactic_id
    from {{ ref('int_tactic_candidates') }}
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

-- With the features of one's own, which customer_features does not have.
customer_features as (
    select *
    from {{ ref('int_features_joined') }}
),

measured as (
    select
        candidates.customer_key,
        candidates.tactic_id,
        tactic_do_nots.comparison,
        tactic_do_nots.bound,
        tactic_do_nots.reason,
        case tactic_do_nots.feature
            {%- for feature in covey.feature_names() %}
            when '{{ feature }}'
                then cast(customer_features.{{ feature }} as {{ covey.type_double() }})
            {%- endfor %}
        end as feature_value
    from candidates
    inner join tactic_do_nots
        on candidates.tactic_id = tactic_do_nots.tactic_id
    inner join customer_features
        on candidates.customer_key = customer_features.customer_key
),

final as (
    -- Of several reasons the first by name: one is enough.
    select
        customer_key,
        tactic_id,
        min(reason) as reason
    from measured
    where
        (comparison = 'missing' and feature_value is null)
        or (comparison = 'below' and feature_value < bound)
        or (comparison = 'above' and feature_value > bound)
    group by customer_key, tactic_id
)

select * from final
