-- One row per segmentation, segment and feature that sets it apart; three at most.
with segment_profiles as (
    select
        segmentation,
        segment_id,
        feature,
        mean_value,
        population_mean,
        z_score,
        lift
    from {{ ref('segment_profiles') }}
    where is_significant
),

-- What a protected attribute tells is no trait, and an entropy is no figure to picture.
features_told as (
    select
        feature,
        -- All that counts days says how long ago something was.
        case when unit = 'days' then 'days' else feature_group end as story,
        {{ dbt.split_part('definition', "';'", 1) }} as definition,
        unit
    from {{ ref('int_feature_catalog') }}
    where
        not is_protected
        and unit not in ('nats', 'log ratio', 'score', 'source currency')
),

-- Features of one group tell one story: the strongest speaks for it.
ranked_in_story as (
    select
        segment_profiles.*,
        features_told.definition,
        features_told.unit,
        row_number() over (
            partition by
                segment_profiles.segmentation,
                segment_profiles.segment_id,
                features_told.story
            order by abs(segment_profiles.z_score) desc, segment_profiles.feature asc
        ) as story_rank
    from segment_profiles
    inner join features_told
        on segment_profiles.feature = features_told.feature
),

ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, segment_id
            order by abs(z_score) desc, feature asc
        ) as trait_rank
    from ranked_in_story
    where story_rank = 1
),

final as (
    select
        segmentation,
        segment_id,
        feature,
        definition,
        unit,
        mean_value,
        population_mean,
        z_score,
        lift,
        trait_rank
    from ranked
    where trait_rank <= 3
)

select * from final
