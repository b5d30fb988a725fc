-- One row per customer and tactic that fits: by segment, RFM segment, stage and active trigger.
with segment_tactics as (
    select *
    from {{ ref('segment_tactics') }}
    -- A persona speaks in the primary segmentation alone, a segment that is named always.
    where
        segmentation = '{{ var("covey_primary_segmentation") }}'
        or segment <> '(any)'
),

customers_placed as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.customer_key,
        coalesce(customer_stages.rfm_segment, '(none)') as rfm_segment,
        customer_stages.journey_stage
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('int_customer_stages') }} as customer_stages
        on customer_segments.customer_key = customer_stages.customer_key
),

active_triggers as (
    select *
    from {{ ref('int_active_triggers') }}
),

-- Far fewer than customers, and each rule is looked up in them once.
places as (
    select distinct
        segmentation,
        segment_id,
        rfm_segment,
        journey_stage
    from customers_placed
),

place_tactics as (
    select
        places.segmentation,
        places.segment_id,
        places.rfm_segment,
        places.journey_stage,
        segment_tactics.tactic_id,
        segment_tactics.trigger_id,
        min(segment_tactics.priority) as priority
    from places
    inner join segment_tactics
        on
            places.segmentation = segment_tactics.segmentation
            and places.segment_id = segment_tactics.segment_id
            and segment_tactics.rfm_segment in (places.rfm_segment, '(any)')
            and segment_tactics.journey_stage in (places.journey_stage, '(any)')
    group by
        places.segmentation,
        places.segment_id,
        places.rfm_segment,
        places.journey_stage,
        segment_tactics.tactic_id,
        segment_tactics.trigger_id
),

fitting as (
    select
        customers_placed.*,
        place_tactics.tactic_id,
        place_tactics.priority,
        active_triggers.trigger_id,
        active_triggers.trigger_event_id,
        active_triggers.value_at_stake as trigger_value,
        row_number() over (
            partition by customers_placed.customer_key, place_tactics.tactic_id
            -- What happened just now says more than who one is.
            order by
                case when active_triggers.trigger_id is null then 1 else 0 end asc,
                place_tactics.priority asc,
                coalesce(active_triggers.value_at_stake, 0) desc,
                active_triggers.trigger_id asc,
                customers_placed.segmentation asc
        ) as fit_rank
    from customers_placed
    inner join place_tactics
        on
            customers_placed.segmentation = place_tactics.segmentation
            and customers_placed.segment_id = place_tactics.segment_id
            and customers_placed.rfm_segment = place_tactics.rfm_segment
            and customers_placed.journey_stage = place_tactics.journey_stage
    left join active_triggers
        on
            customers_placed.customer_key = active_triggers.customer_key
            and place_tactics.trigger_id = active_triggers.trigger_id
    where
        place_tactics.trigger_id = '(any)'
        or active_triggers.trigger_id is not null
),

final as (
    select
        customer_key,
        tactic_id,
        segmentation,
        segment_id,
        nullif(rfm_segment, '(none)') as rfm_segment,
        journey_stage,
        trigger_id,
        trigger_event_id,
        trigger_value,
        priority
    from fitting
    where fit_rank = 1
)

select * from final
