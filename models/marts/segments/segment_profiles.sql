-- One row per segmentation, segment and feature.
with int_segments_profiled as (
    select *
    from {{ ref('int_segments_profiled') }}
),

compare_segments as (
    select *
    from {{ ref('compare_segments') }}
),

int_feature_catalog as (
    select
        feature,
        '|' || replace(segmentations, ' ', '') || '|' as segmentations
    from {{ ref('int_feature_catalog') }}
),

final as (
    select
        profiles.segmentation,
        profiles.segment_id,
        profiles.feature,
        profiles.customers,
        profiles.mean_value,
        profiles.standard_deviation,
        profiles.quartile_1,
        profiles.median_value,
        profiles.quartile_3,
        profiles.population_mean,
        profiles.z_score,
        profiles.lift,
        profiles.test_z,
        cast(compare_segments.p_value as {{ covey.type_double() }}) as p_value,
        cast(compare_segments.q_value as {{ covey.type_double() }}) as q_value,
        row_number() over (
            partition by profiles.segmentation, profiles.segment_id
            order by abs(profiles.z_score) desc, profiles.feature asc
        ) as distinctiveness_rank,
        cast(compare_segments.is_significant as {{ dbt.type_boolean() }}) as is_significant,
        coalesce({{ dbt.position(
            "'|' || profiles.segmentation || '|'", 'int_feature_catalog.segmentations'
        ) }} > 0, false) as is_segmented_by
    from int_segments_profiled as profiles
    inner join compare_segments
        on
            profiles.segmentation = compare_segments.segmentation
            and profiles.segment_id = compare_segments.segment_id
            and profiles.feature = compare_segments.feature
    inner join int_feature_catalog
        on profiles.feature = int_feature_catalog.feature
)

select * from final
