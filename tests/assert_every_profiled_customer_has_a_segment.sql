-- Every customer with features has one segment in each segmentation that has a model.
with models as (
    select distinct segmentation
    from {{ ref('segment_model_parameters') }}
)

select
    customer_features.customer_key,
    models.segmentation
from {{ ref('customer_features') }} as customer_features
cross join models
left join {{ ref('customer_segments') }} as customer_segments
    on
        customer_features.customer_key = customer_segments.customer_key
        and customer_features.as_of_date = customer_segments.as_of_date
        and models.segmentation = customer_segments.segmentation
where customer_segments.segment_id is null
