-- One row per segmentation, period, move and feature: how those who moved changed.
with move_features as (
    select *
    from {{ ref('int_segment_move_features') }}
),

days as (
    select distinct as_of_date
    from {{ ref('customer_feature_history') }}
),

-- A move belongs to the period that it happened in, as in segment_transitions.
move_days as (
    select
        move_features.valid_from,
        min(days.as_of_date) as to_date
    from move_features
    inner join days
        on move_features.valid_from <= days.as_of_date
    group by move_features.valid_from
),

summed as (
    select
        move_features.segmentation,
        move_features.previous_segment_id as from_segment_id,
        move_features.segment_id as to_segment_id,
        move_features.feature,
        count(*) as moves,
        {{ covey.exact_sum('move_features.change_sd') }} / count(*) as mean_change_sd,
        {{ covey.exact_sum('move_features.lead_gained') }} as lead_gained,
        move_days.to_date
    from move_features
    inner join move_days
        on move_features.valid_from = move_days.valid_from
    group by
        move_features.segmentation,
        move_features.previous_segment_id,
        move_features.segment_id,
        move_features.feature,
        move_days.to_date
    -- Figures of too few people would speak of persons, not of a segment.
    having count(*) >= {{ var('covey_min_group_size') }}
),

compared as (
    select
        *,
        sum(greatest(lead_gained, 0)) over (
            partition by segmentation, from_segment_id, to_segment_id, to_date
            order by feature
            rows between unbounded preceding and unbounded following
        ) as all_lead_gained
    from summed
),

final as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        feature,
        moves,
        row_number() over (
            partition by segmentation, from_segment_id, to_segment_id, to_date
            order by lead_gained desc, feature asc
        ) as feature_rank,
        mean_change_sd,
        cast(lead_gained / nullif(all_lead_gained, 0) as {{ covey.type_double() }})
            as lead_share,
        to_date
    from compared
)

select * from final
