-- One row per customer: of each attribute the value that survives from all their CRM records.
{%- set attributes = covey.customer_attributes() %}
with customer_keys as (
    select distinct customer_key
    from {{ ref('int_identities') }}
),

int_customer_records as (
    select *
    from {{ ref('int_customer_records') }}
),

int_attribute_survivors as (
    select
        customer_key,
        attribute,
        source_system,
        customer_id
    from {{ ref('int_attribute_survivors') }}
),

record_totals as (
    select
        customer_key,
        max(case when is_test then 1 else 0 end) = 1 as is_test,
        count(*) as record_count,
        min(created_at) as created_at,
        max(updated_at) as updated_at
    from int_customer_records
    group by customer_key
),

-- max() picks the one value there is: an attribute survives from one record.
survivors as (
    select
        {%- for attribute in attributes %}
        max(
            case
                when int_attribute_survivors.attribute = '{{ attribute }}'
                    then int_customer_records.{{ attribute }}
            end
        ) as {{ attribute }},
        {%- endfor %}
        int_attribute_survivors.customer_key
    from int_attribute_survivors
    inner join int_customer_records
        on
            int_attribute_survivors.customer_key = int_customer_records.customer_key
            and int_attribute_survivors.source_system = int_customer_records.source_system
            and int_attribute_survivors.customer_id = int_customer_records.customer_id
    group by int_attribute_survivors.customer_key
),

final as (
    select
        customer_keys.customer_key,
        {%- for attribute in attributes %}
        survivors.{{ attribute }},
        {%- endfor %}
        coalesce(record_totals.record_count, 0) as record_count,
        coalesce(record_totals.is_test, false) as is_test,
        record_totals.created_at,
        record_totals.updated_at
    from customer_keys
    left join record_totals
        on customer_keys.customer_key = record_totals.customer_key
    left join survivors
        on customer_keys.customer_key = survivors.customer_key
)

select * from final
