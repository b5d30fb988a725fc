-- One row per segmentation and feature that explains it.
with measured as (
    select *
    from {{ ref('measure_feature_importance') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(feature as {{ dbt.type_string() }}) as feature,
        cast(importance_rank as {{ dbt.type_bigint() }}) as importance_rank,
        cast(permutation_importance as {{ covey.type_double() }}) as permutation_importance,
        cast(permutation_deviation as {{ covey.type_double() }}) as permutation_deviation,
        cast(mutual_information as {{ covey.type_double() }}) as mutual_information,
        cast(information_share as {{ covey.type_double() }}) as information_share,
        cast(surrogate_accuracy as {{ covey.type_double() }}) as surrogate_accuracy,
        cast(baseline_accuracy as {{ covey.type_double() }}) as baseline_accuracy,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(holdout_customers as {{ dbt.type_bigint() }}) as holdout_customers
    from measured
)

select * from final
