-- The feature catalog and the feature models hold the same features; the catalog may list
-- categories too.
{%- set groups = covey.group_names() | join("', '") %}
with built as (
    {%- for feature in covey.feature_names() %}
    select '{{ feature }}' as feature
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    coalesce(built.feature, feature_catalog.feature) as feature,
    built.feature is null as is_missing_in_customer_features
from built
full outer join {{ ref('int_feature_catalog') }} as feature_catalog
    on built.feature = feature_catalog.feature
where
    (
        built.feature is null
        and feature_catalog.feature not in ('{{ groups }}')
    )
    or feature_catalog.feature is null
