-- An outlier is listed with the value that feature_values holds: no rule changes a raw value.
select
    feature_outliers.segmentation,
    feature_outliers.customer_key,
    feature_outliers.feature,
    feature_outliers.feature_value,
    feature_values.feature_value as raw_value
from {{ ref('feature_outliers') }} as feature_outliers
left join {{ ref('feature_values') }} as feature_values
    on
        feature_outliers.customer_key = feature_values.customer_key
        and feature_outliers.feature = feature_values.feature
        and feature_outliers.as_of_date = feature_values.as_of_date
where
    feature_values.feature_value is null
    or feature_outliers.feature_value <> feature_values.feature_value
