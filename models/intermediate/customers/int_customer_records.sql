-- One row per CRM record of a customer.
{%- set attributes = covey.customer_attributes() %}
with int_identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

stg_customers as (
    select *
    from {{ ref('stg_customers') }}
),

final as (
    select
        int_identities.customer_key,
        coalesce(
            stg_customers.source_system, '{{ var("covey_default_source_system") }}'
        ) as source_system,
        stg_customers.customer_id,
        {%- for attribute in attributes if attribute != 'extra_attributes' %}
        stg_customers.{{ attribute }},
        {%- endfor %}
        -- An object of nulls alone says nothing, and must not survive one that says something.
        case
            when {{ covey.regexp_matches('stg_customers.extra_attributes', ': *[^ n]') }}
                then stg_customers.extra_attributes
        end as extra_attributes,
        stg_customers.is_test,
        stg_customers.created_at,
        stg_customers.updated_at,
        coalesce(stg_customers.updated_at, stg_customers.created_at) as last_updated_at
    from stg_customers
    inner join int_identities
        on
            {{ covey.identity_node(
                "'customer_id'", 'stg_customers.customer_id', 'stg_customers.source_system'
            ) }} = int_identities.node
)

select * from final
