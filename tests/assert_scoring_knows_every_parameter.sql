-- The scoring SQL is unrolled over feature_names() and covey_max_segments: a model with another
-- feature or a higher segment would be applied without it.
{%- set features = covey.feature_names() | join("', '") %}
select
    model_id,
    feature,
    segment_id
from {{ ref('segment_model_parameters') }}
where
    (
        feature <> '(none)'
        and replace(feature, '__missing', '') not in ('{{ features }}')
    )
    or (
        segment_id <> '(none)'
        and cast(segment_id as {{ dbt.type_bigint() }}) > {{ var('covey_max_segments') }}
    )
