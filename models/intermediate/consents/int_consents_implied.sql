-- One row per customer, purpose, channel and time in which the law asks for no consent and nothing
-- is recorded.
with regimes as (
    select *
    from {{ ref('int_consent_regimes') }}
),

changes as (
    select
        customer_key,
        purpose,
        channel,
        status,
        changed_at,
        is_contact
    from {{ ref('int_consent_changes') }}
),

first_answers as (
    select
        customer_key,
        purpose,
        channel,
        min(changed_at) as changed_at
    from changes
    where not is_contact or status <> 'granted'
    group by customer_key, purpose, channel
),

-- A refusal of a purpose that covey does not know may be meant for any of them.
misunderstood_customers as (
    select distinct changes.customer_key
    from changes
    left join regimes
        on changes.purpose = regimes.purpose
    where
        changes.status <> 'granted'
        and regimes.purpose is null
),

allowed as (
    select
        customer_places.customer_key,
        regimes.*,
        first_answers.changed_at as first_answer_at
    from {{ ref('int_customer_places') }} as customer_places
    inner join regimes
        on
            customer_places.places = regimes.places
            and regimes.regime = 'opt_out'
    left join first_answers
        on
            customer_places.customer_key = first_answers.customer_key
            and regimes.purpose = first_answers.purpose
            and regimes.channel = first_answers.channel
    left join misunderstood_customers
        on customer_places.customer_key = misunderstood_customers.customer_key
    where
        misunderstood_customers.customer_key is null
        -- Without the consents input it is not known who refused.
        and {{ covey.is_input_mapped('consents') | string | lower }}
),

order_days as (
    select distinct
        int_orders_resolved.customer_key,
        int_orders_resolved.order_date
    from {{ ref('int_orders_resolved') }} as int_orders_resolved
    cross join {{ ref('int_as_of') }} as as_of
    where
        not int_orders_resolved.is_cancelled
        and not int_orders_resolved.is_credit_note
        and int_orders_resolved.order_date <= as_of.as_of_date
),

-- An order carries the basis for some months; another order within them carries it on.
carried as (
    select
        allowed.*,
        order_days.order_date,
        cast(
            {{ dbt.dateadd('month', 'allowed.order_months', 'order_days.order_date') }}
            as {{ dbt.type_timestamp() }}
        ) as carried_to,
        lag(order_days.order_date) over (
            partition by allowed.customer_key, allowed.purpose, allowed.channel
            order by order_days.order_date
        ) as previous_order_date
    from allowed
    inner join order_days
        on allowed.customer_key = order_days.customer_key
    where allowed.applies_to = 'existing_customers'
),

numbered as (
    select
        *,
        sum(
            case
                when
                    order_date
                    > {{ dbt.dateadd('month', 'order_months', 'previous_order_date') }}
                    then 1
                else 0
            end
        ) over (
            partition by customer_key, purpose, channel
            order by order_date
            rows between unbounded preceding and current row
        ) as period_number
    from carried
),

periods as (
    select
        customer_key,
        purpose,
        channel,
        regime,
        legal_basis,
        jurisdiction,
        first_answer_at,
        cast(min(order_date) as {{ dbt.type_timestamp() }}) as valid_from,
        max(carried_to) as expires_at
    from numbered
    group by
        customer_key,
        purpose,
        channel,
        regime,
        legal_basis,
        jurisdiction,
        first_answer_at,
        period_number
    union all
    select
        customer_key,
        purpose,
        channel,
        regime,
        legal_basis,
        jurisdiction,
        first_answer_at,
        cast(null as {{ dbt.type_timestamp() }}) as valid_from,
        cast(null as {{ dbt.type_timestamp() }}) as expires_at
    from allowed
    where applies_to = 'everybody'
),

final as (
    select *
    from periods
    where
        first_answer_at is null
        or valid_from is null
        or valid_from < first_answer_at
)

select * from final
