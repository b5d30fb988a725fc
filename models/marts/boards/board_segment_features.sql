-- One row per segmentation, segment and feature that tells segments apart.
with profiles as (
    select
        segmentation,
        segment_id,
        feature,
        customers,
        mean_value,
        population_mean,
        z_score,
        is_segmented_by,
        max(abs(z_score)) over (partition by segmentation, feature) as largest_z_score
    from {{ ref('segment_profiles') }}
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        segment_number
    from {{ ref('board_segments') }}
),

features_ranked as (
    select
        segmentation,
        feature,
        cast(
            row_number() over (
                partition by segmentation
                order by
                    max(case when is_segmented_by then 1 else 0 end) desc,
                    max(largest_z_score) desc,
                    feature asc
            ) as {{ dbt.type_bigint() }}
        ) as feature_rank
    from profiles
    group by segmentation, feature
),

final as (
    select
        profiles.segmentation,
        profiles.segment_id,
        segments.segment_name,
        profiles.feature,
        replace(profiles.feature, '_', ' ') as feature_label,
        segments.segment_number,
        features_ranked.feature_rank,
        profiles.customers,
        profiles.mean_value,
        profiles.population_mean,
        profiles.z_score,
        profiles.is_segmented_by
    from profiles
    inner join segments
        on
            profiles.segmentation = segments.segmentation
            and profiles.segment_id = segments.segment_id
    inner join features_ranked
        on
            profiles.segmentation = features_ranked.segmentation
            and profiles.feature = features_ranked.feature
)

select * from final
