-- Each value in customers is that of the CRM record golden_record_sources names, and nothing else.
with customers as (
    select *
    from {{ ref('customers') }}
),

stg_customers as (
    select *
    from {{ ref('stg_customers') }}
),

attributes as (
    {%- for attribute in covey.customer_attributes() %}
    select '{{ attribute }}' as attribute
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

customer_values as (
    select
        customers.customer_key,
        attributes.attribute,
        {{ covey.attribute_text('attributes.attribute', 'customers') }} as customer_value
    from customers
    cross join attributes
),

record_values as (
    select
        golden_record_sources.customer_key,
        golden_record_sources.attribute,
        {{ covey.attribute_text('golden_record_sources.attribute', 'stg_customers') }}
            as record_value
    from {{ ref('golden_record_sources') }} as golden_record_sources
    left join stg_customers
        on
            golden_record_sources.customer_id = stg_customers.customer_id
            and golden_record_sources.source_system = coalesce(
                stg_customers.source_system, '{{ var("covey_default_source_system") }}'
            )
)

select
    coalesce(customer_values.customer_key, record_values.customer_key) as customer_key,
    coalesce(customer_values.attribute, record_values.attribute) as attribute,
    customer_values.customer_value is null as is_without_value,
    record_values.record_value is null as is_without_source
from customer_values
full outer join record_values
    on
        customer_values.customer_key = record_values.customer_key
        and customer_values.attribute = record_values.attribute
where
    coalesce(customer_values.customer_value = record_values.record_value, false) is false
    and (customer_values.customer_value is not null or record_values.attribute is not null)
