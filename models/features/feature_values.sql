{{ config(materialized='view') }}
-- One row per customer, as-of date and feature that has a value.
with features_joined as (
    select *
    from {{ ref('int_features_joined') }}
),

final as (
    {%- for feature in covey.feature_names() %}
    select
        customer_key,
        '{{ feature }}' as feature,
        cast({{ feature }} as {{ covey.type_double() }}) as feature_value,
        as_of_date
    from features_joined
    where {{ feature }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
