-- One row per customer who may be profiled.
{%- set required = var('covey_profiling_requires_consent') %}
{%- if required == 'auto' %}{% set required = covey.is_input_mapped('consents') %}{% endif %}
with customers as (
    select
        customer_key,
        birth_date,
        income,
        household_size,
        created_at
    from {{ ref('int_customers_resolved') }}
    where not is_test
),

consenting_customers as (
    select distinct customer_key
    from {{ ref('int_consents_current') }}
    where
        purpose = 'profiling'
        and is_granted
),

final as (
    select
        customers.customer_key,
        customers.birth_date,
        customers.income,
        customers.household_size,
        customers.created_at
    from customers
    left join consenting_customers
        on customers.customer_key = consenting_customers.customer_key
    -- Who has not agreed is not profiled, where consent is asked for.
    where
        consenting_customers.customer_key is not null
        or not {{ required | string | lower }}
)

select * from final
