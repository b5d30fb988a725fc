-- One row per segmentation and segment.
{%- set figures = ['mean_value', 'population_mean', 'z_score', 'lift'] %}
with segments as (
    select *
    from {{ ref('segments') }}
),

segment_personas as (
    select *
    from {{ ref('int_segment_personas') }}
),

traits as (
    select *
    from {{ ref('int_segment_traits_told') }}
),

channels as (
    select *
    from {{ ref('int_segment_channels') }}
),

times as (
    select *
    from {{ ref('int_segment_times') }}
),

categories as (
    select *
    from {{ ref('int_segment_categories') }}
),

joined as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.persona_id,
        segments.segment_name as persona_name,
        segment_personas.description as words,
        segment_personas.journey_stage,
        coalesce(
            segment_personas.channel_overridden, channels.channel,
            segment_personas.channel_of_archetype
        ) as preferred_channel,
        coalesce(segment_personas.time_overridden, times.preferred_time) as preferred_time,
        categories.top_categories,
        categories.affinity_category,
        {%- for number in [1, 2, 3] %}
        {%- for column in ['feature', 'sentence'] + figures %}
        traits.trait_{{ number }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        segments.customers,
        segments.customer_share,
        segments.value_share,
        segment_personas.is_overridden
    from segments
    inner join segment_personas
        on
            segments.segmentation = segment_personas.segmentation
            and segments.segment_id = segment_personas.segment_id
    left join traits
        on
            segments.segmentation = traits.segmentation
            and segments.segment_id = traits.segment_id
    left join channels
        on
            segments.segmentation = channels.segmentation
            and segments.segment_id = channels.segment_id
    left join times
        on
            segments.segmentation = times.segmentation
            and segments.segment_id = times.segment_id
    left join categories
        on
            segments.segmentation = categories.segmentation
            and segments.segment_id = categories.segment_id
),

final as (
    select
        segmentation,
        segment_id,
        persona_id,
        persona_name,
        coalesce(words || ' ', '')
        || {{ covey.figure_in_words('100 * customer_share', "'% of the customers'") }}
        || coalesce(
            ' bring ' || {{ covey.figure_in_words('100 * value_share', "'% of the sales.'") }}, '.'
        )
        || coalesce(' What sets them apart: ' || trait_1_sentence, '')
        || coalesce('; ' || trait_2_sentence, '')
        || coalesce('; ' || trait_3_sentence, '')
        || case when trait_1_sentence is not null then '.' else '' end
        || coalesce(
            ' Best met: ' || preferred_channel || coalesce(', ' || preferred_time || ' (UTC)', '')
            || '.',
            ''
        )
        || coalesce(' They buy most of ' || top_categories || '.', '') as description,
        journey_stage,
        preferred_channel,
        preferred_time,
        top_categories,
        affinity_category,
        {%- for number in [1, 2, 3] %}
        trait_{{ number }}_feature,
        {%- endfor %}
        customers,
        customer_share,
        value_share,
        {%- for number in [1, 2, 3] %}
        {%- for column in figures %}
        trait_{{ number }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        is_overridden
    from joined
)

select * from final
