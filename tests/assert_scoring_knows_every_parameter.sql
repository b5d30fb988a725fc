-- The scoring SQL is unrolled over feature_names(): a model that reads another column would be
-- applied without it. Encoded categories are rows, and no columns.
{%- set features = covey.feature_names() | join("', '") %}
select
    model_id,
    feature
from {{ ref('segment_model_parameters') }}
where parameter in ('scale', 'category')
group by model_id, feature
having
    max(case when parameter = 'category' then 1 else 0 end) = 0
    and replace(feature, '__missing', '') not in ('{{ features }}')
