{{ config(tags=['covey_history']) }}
-- One row per segmentation, customer and stay in a segment. A log that each run as of a later day
-- continues.
{%- set columns = {
    'segmentation': dbt.type_string(),
    'customer_key': dbt.type_string(),
    'segment_id': dbt.type_string(),
    'previous_segment_id': dbt.type_string(),
    'model_id': dbt.type_string(),
    'latest_model_id': dbt.type_string(),
    'monetary': covey.type_double(),
    'has_other_model': dbt.type_boolean(),
    'valid_from': 'date',
    'valid_to': 'date',
    'as_of_date': 'date',
} %}
{%- set segmentations = covey.setting('covey_segmentations') | join("', '") %}
with current_states as (
    select
        customer_segments.segmentation,
        customer_segments.customer_key,
        customer_segments.segment_id,
        customer_segments.model_id,
        customer_segments.model_id as latest_model_id,
        customer_features.monetary
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_features') }} as customer_features
        on customer_segments.customer_key = customer_features.customer_key
    where customer_segments.segment_id is not null
),

{{ covey.continued_stays(
    columns,
    ['segmentation', 'customer_key'],
    'segment_id',
    latest=['latest_model_id'],
    still_asked_for="recorded_before.segmentation in ('" ~ segmentations ~ "')"
) }},

stays_begun as (
    select
        segmentation,
        customer_key,
        segment_id,
        -- Who was in no segment in the run before came from none.
        case when last_valid_to is null then last_segment_id end as previous_segment_id,
        model_id,
        latest_model_id,
        monetary,
        coalesce(last_valid_to is null and last_latest_model_id <> model_id, false)
            as has_other_model,
        as_of_date as valid_from,
        cast(null as date) as valid_to,
        as_of_date
    from stays_to_begin
),

final as (
    select {{ columns | join(', ') }}
    from stays_continued
    union all
    select {{ columns | join(', ') }}
    from stays_begun
)

select * from final
