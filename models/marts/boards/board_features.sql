-- One row per segmentation and feature that boards show: what it measures, and in which unit.
with features as (
    select distinct
        segmentation,
        feature,
        feature_label,
        feature_rank,
        is_segmented_by
    from {{ ref('board_segment_features') }}
),

feature_catalog as (
    select
        feature,
        definition,
        unit
    from {{ ref('int_feature_catalog') }}
),

final as (
    select
        features.segmentation,
        features.feature,
        features.feature_label,
        feature_catalog.definition,
        -- Amounts are written in the currency that the project reports in.
        replace(feature_catalog.unit, 'reporting currency', '{{ var("covey_reporting_currency") }}')
            as unit,
        features.feature_rank,
        features.is_segmented_by
    from features
    left join feature_catalog
        on features.feature = feature_catalog.feature
)

select * from final
