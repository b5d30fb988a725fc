-- One row per segmentation, segment and tactic that fits it.
with segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id
    from {{ ref('segments') }}
),

tactic_matrix as (
    select
        persona_id,
        tactic_id,
        priority
    from {{ ref('tactic_matrix') }}
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.segment_name,
        tactic_matrix.persona_id,
        tactic_matrix.tactic_id,
        cast(tactic_matrix.priority as {{ dbt.type_bigint() }}) as priority
    from segments
    inner join tactic_matrix
        -- A segment without a persona of its own gets the tactics for everyone.
        on coalesce(segments.persona_id, '(any)') = tactic_matrix.persona_id
)

select * from final
