-- One row per persona.
with personas as (
    select *
    from {{ ref('persona_archetypes') }}
),

final as (
    select
        persona_id,
        persona_name,
        description,
        journey_stage,
        preferred_channel
    from personas
)

select * from final
