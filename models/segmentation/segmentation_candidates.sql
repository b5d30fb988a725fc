-- One row per segmentation, part and candidate that was tried.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with candidates as (
    select *
    from {{ ref('fit_segmentation_candidates') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(part as {{ dbt.type_string() }}) as part,
        cast(candidate_id as {{ dbt.type_string() }}) as candidate_id,
        cast(algorithm as {{ dbt.type_string() }}) as algorithm,
        cast(verdict as {{ dbt.type_string() }}) as verdict,
        cast(rejection_reason as {{ dbt.type_string() }}) as rejection_reason,
        cast(choice_reason as {{ dbt.type_string() }}) as choice_reason,
        cast(segment_jaccards as {{ dbt.type_string() }}) as segment_jaccards,
        cast(k as {{ dbt.type_bigint() }}) as k,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(features as {{ dbt.type_bigint() }}) as features,
        cast(inertia as {{ covey.type_double() }}) as inertia,
        cast(silhouette as {{ covey.type_double() }}) as silhouette,
        cast(simplified_silhouette as {{ covey.type_double() }}) as simplified_silhouette,
        cast(davies_bouldin as {{ covey.type_double() }}) as davies_bouldin,
        cast(calinski_harabasz as {{ covey.type_double() }}) as calinski_harabasz,
        cast(dunn as {{ covey.type_double() }}) as dunn,
        cast(bic as {{ covey.type_double() }}) as bic,
        cast(aic as {{ covey.type_double() }}) as aic,
        cast(gap as {{ covey.type_double() }}) as gap,
        cast(gap_error as {{ covey.type_double() }}) as gap_error,
        cast(prediction_strength as {{ covey.type_double() }}) as prediction_strength,
        cast(stability_ari as {{ covey.type_double() }}) as stability_ari,
        cast(jaccard_mean as {{ covey.type_double() }}) as jaccard_mean,
        cast(jaccard_min as {{ covey.type_double() }}) as jaccard_min,
        cast(holdout_ari as {{ covey.type_double() }}) as holdout_ari,
        cast(parted_share as {{ covey.type_double() }}) as parted_share,
        cast(parting as {{ covey.type_double() }}) as parting,
        cast(modularity as {{ covey.type_double() }}) as modularity,
        cast(noise_share as {{ covey.type_double() }}) as noise_share,
        cast(smallest_share as {{ covey.type_double() }}) as smallest_share,
        cast(is_elbow as boolean) as is_elbow,
        cast(is_gap_choice as boolean) as is_gap_choice,
        cast(is_accepted as boolean) as is_accepted,
        cast(is_chosen as boolean) as is_chosen
    from candidates
    -- A segmentation that is no longer asked for may still lie in the table of the fits.
    where segmentation in ('{{ segmentations }}')
)

select * from final
