-- One row per customer, as-of date and feature with a value: the value, and on which scale it is
-- compared.
{{ config(materialized='view') }}
with feature_values as (
    select
        customer_key,
        feature,
        feature_value,
        as_of_date
    from {{ ref('feature_values') }}
    where {{ covey.is_finite('feature_value') }}
),

int_feature_catalog as (
    select
        feature,
        transform
    from {{ ref('int_feature_catalog') }}
),

final as (
    select
        feature_values.customer_key,
        feature_values.feature,
        feature_values.feature_value,
        -- What the catalog transforms is compared on the log scale, where a few customers do not
        -- outweigh all others.
        {{ covey.logged_value(
            'feature_values.feature_value',
            "case when int_feature_catalog.transform = 'identity' then 0 else 1 end"
        ) }} as scaled_value,
        feature_values.as_of_date
    from feature_values
    inner join int_feature_catalog
        on feature_values.feature = int_feature_catalog.feature
)

select * from final
