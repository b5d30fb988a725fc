-- One row per customer who was known on the as-of date and may be profiled.
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

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

nodes_seen as (
    select
        node_a as node,
        first_seen_at
    from {{ ref('int_identity_pairs') }}
    union all
    select
        device_node as node,
        first_seen_at
    from {{ ref('int_identity_device_edges') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

later_customers as (
    select identities.customer_key
    from nodes_seen
    inner join identities
        on nodes_seen.node = identities.node
    cross join as_of
    group by identities.customer_key, as_of.as_of_date
    having min(cast(nodes_seen.first_seen_at as date)) > as_of.as_of_date
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
    left join later_customers
        on customers.customer_key = later_customers.customer_key
    where
        later_customers.customer_key is null
        -- Who has not agreed is not profiled, where consent is asked for.
        and (
            consenting_customers.customer_key is not null
            or not {{ required | string | lower }}
        )
)

select * from final
