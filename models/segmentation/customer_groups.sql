-- One row per customer who may be profiled: the groups by whose medians gaps can be filled.
with customer_features as (
    select
        customer_key,
        rfm_segment,
        top_category
    from {{ ref('customer_features') }}
),

customers as (
    select
        customer_key,
        acquisition_channel,
        country
    from {{ ref('int_customers_resolved') }}
),

final as (
    select
        customer_features.customer_key{% for group in covey.group_names() %},
        cast({{ group }} as {{ dbt.type_string() }}) as {{ group }}{% endfor %}
    from customer_features
    inner join customers
        on customer_features.customer_key = customers.customer_key
)

select * from final
