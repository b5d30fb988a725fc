-- One row per segmentation and customer of the sample that segments are explained by: those first
-- by key, which is a hash, with their segment and features.
with customer_segments as (
    select
        segmentation,
        customer_key,
        segment_id
    from {{ ref('customer_segments') }}
),

feature_sample as (
    select *
    from {{ ref('feature_sample') }}
),

ranked as (
    select
        customer_segments.segmentation,
        customer_segments.customer_key,
        customer_segments.segment_id,
        {%- for feature in covey.feature_names() %}
        feature_sample.{{ feature }},
        {%- endfor %}
        row_number() over (
            partition by customer_segments.segmentation order by customer_segments.customer_key
        ) as sample_position
    from customer_segments
    inner join feature_sample
        on customer_segments.customer_key = feature_sample.customer_key
),

final as (
    select
        segmentation,
        customer_key,
        segment_id{% for feature in covey.feature_names() %},
        {{ feature }}{% endfor %}
    from ranked
    -- No explanation reads more: covey.explanation.
    where sample_position <= 10000
)

select * from final
