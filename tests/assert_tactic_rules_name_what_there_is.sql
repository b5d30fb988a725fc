-- Each row of tactic_matrix and tactic_do_nots names what there is.
with rfm_segments as (
    select distinct rfm_segment
    from {{ ref('rfm_grids') }}
),

matrix_problems as (
    select
        'tactic_matrix' as seed,
        matrix.tactic_id,
        case
            when tactics.tactic_id is null then 'unknown tactic_id "' || matrix.tactic_id || '"'
            when matrix.persona_id <> '(any)' and personas.persona_id is null
                then 'unknown persona_id "' || matrix.persona_id || '"'
            when matrix.rfm_segment <> '(any)' and rfm_segments.rfm_segment is null
                then 'unknown rfm_segment "' || matrix.rfm_segment || '"'
            when matrix.trigger_id <> '(any)' and trigger_rules.trigger_id is null
                then 'unknown trigger_id "' || matrix.trigger_id || '"'
            when
                matrix.journey_stage not in (
                    '(any)', 'awareness', 'consideration', 'purchase', 'retention', 'win-back'
                )
                then 'unknown journey_stage "' || matrix.journey_stage || '"'
            when
                matrix.segment <> '(any)'
                and not {{ covey.is_one_of(
                    dbt.split_part('matrix.segment', "':'", 1), var('covey_segmentations') | list
                ) }}
                then 'unknown segmentation in the segment "' || matrix.segment || '"'
            when matrix.priority < 1 then 'priority is under 1'
        end as problem
    from {{ ref('tactic_matrix') }} as matrix
    left join {{ ref('tactics') }} as tactics
        on matrix.tactic_id = tactics.tactic_id
    left join {{ ref('persona_archetypes') }} as personas
        on matrix.persona_id = personas.persona_id
    left join rfm_segments
        on matrix.rfm_segment = rfm_segments.rfm_segment
    left join {{ ref('trigger_rules') }} as trigger_rules
        on matrix.trigger_id = trigger_rules.trigger_id
),

do_not_problems as (
    select
        'tactic_do_nots' as seed,
        do_nots.tactic_id,
        case
            when do_nots.tactic_id <> '(any)' and tactics.tactic_id is null
                then 'unknown tactic_id "' || do_nots.tactic_id || '"'
            when not {{ covey.is_one_of('do_nots.feature', covey.feature_names()) }}
                then 'unknown feature "' || do_nots.feature || '"'
            when (do_nots.comparison = 'missing') <> (do_nots.bound is null)
                then 'below and above need a bound, missing takes none'
        end as problem
    from {{ ref('tactic_do_nots') }} as do_nots
    left join {{ ref('tactics') }} as tactics
        on do_nots.tactic_id = tactics.tactic_id
),

problems as (
    select * from matrix_problems
    union all
    select * from do_not_problems
)

select *
from problems
where problem is not null
