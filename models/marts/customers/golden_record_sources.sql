-- One row per customer and attribute with a value: where the value in customers comes from.
with int_attribute_survivors as (
    select *
    from {{ ref('int_attribute_survivors') }}
),

final as (
    select
        customer_key,
        attribute,
        attribute_group,
        rule,
        source_system,
        customer_id,
        record_count,
        distinct_value_count,
        distinct_value_count > 1 as is_contested,
        last_updated_at
    from int_attribute_survivors
)

select * from final
