-- One row per segmentation, segment, stage, trigger and RFM segment, and tactic that fits.
with segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id
    from {{ ref('segments') }}
),

tactic_matrix as (
    select *
    from {{ ref('tactic_matrix') }}
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.segment_name,
        tactic_matrix.persona_id,
        tactic_matrix.rfm_segment,
        tactic_matrix.segment,
        tactic_matrix.journey_stage,
        tactic_matrix.trigger_id,
        tactic_matrix.tactic_id,
        cast(tactic_matrix.priority as {{ dbt.type_bigint() }}) as priority
    from segments
    inner join tactic_matrix
        on
            tactic_matrix.persona_id in (segments.persona_id, '(any)')
            and tactic_matrix.segment in (
                segments.segmentation || ':' || segments.segment_id, '(any)'
            )
)

select * from final
