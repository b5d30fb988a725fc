-- One row per segmentation and feature that its segments hang on.
with importance as (
    select
        segmentation,
        feature,
        importance_rank,
        permutation_importance
    from {{ ref('segment_feature_importance') }}
),

final as (
    select
        segmentation,
        feature,
        replace(feature, '_', ' ') as feature_label,
        importance_rank,
        permutation_importance
    from importance
)

select * from final
