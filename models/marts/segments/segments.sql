-- One row per segmentation and segment.
with customer_segments as (
    select
        segmentation,
        segment_id,
        model_id,
        customer_key
    from {{ ref('customer_segments') }}
),

customer_features as (
    select
        customer_key,
        monetary
    from {{ ref('customer_features') }}
),

segment_personas as (
    select
        segmentation,
        segment_id,
        persona_id,
        persona_name
    from {{ ref('int_segment_personas') }}
),

summed as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.model_id,
        count(*) as customers,
        {{ covey.exact_sum('customer_features.monetary') }} as monetary
    from customer_segments
    inner join customer_features
        on customer_segments.customer_key = customer_features.customer_key
    group by
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.model_id
),

final as (
    select
        summed.segmentation,
        summed.segment_id,
        segment_personas.persona_name as segment_name,
        segment_personas.persona_id,
        summed.model_id,
        summed.customers,
        cast(
            summed.customers * 1.0 / sum(summed.customers) over (partition by summed.segmentation)
            as {{ covey.type_double() }}
        ) as customer_share,
        summed.monetary,
        cast(
            summed.monetary
            / nullif(sum(summed.monetary) over (
                partition by summed.segmentation order by summed.segment_id
                rows between unbounded preceding and unbounded following
            ), 0)
            as {{ covey.type_double() }}
        ) as value_share
    from summed
    inner join segment_personas
        on
            summed.segmentation = segment_personas.segmentation
            and summed.segment_id = segment_personas.segment_id
)

select * from final
