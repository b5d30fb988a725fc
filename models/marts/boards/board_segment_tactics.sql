-- One row per segmentation, segment and tactic meant for it: what to do, the first one first.
with segment_tactics as (
    select
        segmentation,
        segment_id,
        tactic_id,
        persona_id,
        segment,
        priority
    from {{ ref('segment_tactics') }}
    -- What hangs on more than the segment differs from customer to customer.
    where rfm_segment = '(any)' and journey_stage = '(any)' and trigger_id = '(any)'
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        segment_number
    from {{ ref('board_segments') }}
),

tactics as (
    select
        tactic_id,
        tactic_name,
        goal
    from {{ ref('tactics') }}
),

rules as (
    select
        *,
        case when segment <> '(any)' then 1 when persona_id <> '(any)' then 2 else 3 end as nearness
    from segment_tactics
),

-- A tactic that several rules name stands once: by the one that is most about the segment.
rules_ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id, tactic_id order by nearness asc, priority asc
        ) as rule_rank
    from rules
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.segment_name,
        tactics.tactic_id,
        tactics.tactic_name,
        tactics.goal,
        segments.segment_number,
        cast(
            row_number() over (
                partition by segments.segmentation, segments.segment_id
                order by
                    rules_ranked.nearness asc, rules_ranked.priority asc, tactics.tactic_id asc
            ) as {{ dbt.type_bigint() }}
        ) as tactic_rank
    from rules_ranked
    inner join segments
        on
            rules_ranked.segmentation = segments.segmentation
            and rules_ranked.segment_id = segments.segment_id
    inner join tactics
        on rules_ranked.tactic_id = tactics.tactic_id
    where rules_ranked.rule_rank = 1
)

select * from final
