-- One row per customer: the latest known value of each attribute over all their CRM records.
{%- set attributes = [
    'email', 'phone', 'first_name', 'last_name', 'gender', 'marital_status', 'address', 'city',
    'region', 'postal_code', 'country', 'language', 'loyalty_number', 'acquisition_channel',
    'extra_attributes', 'income', 'household_size', 'latitude', 'longitude', 'birth_date',
] %}
with identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

customer_keys as (
    select distinct customer_key
    from identities
),

records as (
    select
        identities.customer_key,
        stg_customers.*,
        row_number() over (
            partition by identities.customer_key
            order by
                coalesce(stg_customers.updated_at, stg_customers.created_at) nulls first,
                stg_customers.source_system,
                stg_customers.customer_id
        ) as record_number
    from {{ ref('stg_customers') }} as stg_customers
    inner join identities
        on
            {{ covey.identity_node(
                "'customer_id'", 'stg_customers.customer_id', 'stg_customers.source_system'
            ) }} = identities.node
),

merged as (
    select
        customer_key,
        {%- for attribute in attributes %}
        {{ covey.value_at_max(attribute, 'record_number') }} as {{ attribute }},
        {%- endfor %}
        max(case when is_test then 1 else 0 end) = 1 as is_test,
        count(*) as record_count,
        min(created_at) as created_at,
        max(updated_at) as updated_at
    from records
    group by customer_key
),

final as (
    select
        customer_keys.customer_key,
        {%- for attribute in attributes %}
        merged.{{ attribute }},
        {%- endfor %}
        coalesce(merged.record_count, 0) as record_count,
        coalesce(merged.is_test, false) as is_test,
        merged.created_at,
        merged.updated_at
    from customer_keys
    left join merged
        on customer_keys.customer_key = merged.customer_key
)

select * from final
