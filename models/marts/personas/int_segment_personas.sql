-- One row per segmentation and segment: the archetype it resembles and the name it goes by.
with segments as (
    select distinct
        segmentation,
        segment_id
    from {{ ref('customer_segments') }}
),

matched_personas as (
    select
        segmentation,
        segment_id,
        persona_id
    from {{ ref('match_personas') }}
),

persona_archetypes as (
    select *
    from {{ ref('persona_archetypes') }}
),

persona_overrides as (
    select *
    from {{ ref('persona_overrides') }}
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        coalesce(persona_overrides.persona_id, matched_personas.persona_id) as persona_id,
        coalesce(
            persona_overrides.persona_name,
            persona_archetypes.persona_name,
            case
                when segments.segment_id = '{{ covey.noise_segment() }}' then 'Outside all segments'
                else 'Segment ' || segments.segment_id
            end
        ) as persona_name,
        coalesce(persona_overrides.description, persona_archetypes.description) as description,
        coalesce(persona_overrides.journey_stage, persona_archetypes.journey_stage)
            as journey_stage,
        persona_overrides.preferred_channel as channel_overridden,
        persona_overrides.preferred_time as time_overridden,
        persona_archetypes.preferred_channel as channel_of_archetype,
        persona_overrides.segment_id is not null as is_overridden
    from segments
    left join persona_overrides
        on
            segments.segmentation = persona_overrides.segmentation
            and segments.segment_id = persona_overrides.segment_id
    left join matched_personas
        on
            segments.segmentation = matched_personas.segmentation
            and segments.segment_id = matched_personas.segment_id
    left join persona_archetypes
        on
            coalesce(persona_overrides.persona_id, matched_personas.persona_id)
            = persona_archetypes.persona_id
)

select * from final
