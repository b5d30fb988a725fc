-- One row per segmentation, algorithm and number of segments that was tried.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with candidates as (
    select *
    from {{ ref('fit_segmentation_candidates') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(candidate_id as {{ dbt.type_string() }}) as candidate_id,
        cast(algorithm as {{ dbt.type_string() }}) as algorithm,
        cast(verdict as {{ dbt.type_string() }}) as verdict,
        cast(rejection_reason as {{ dbt.type_string() }}) as rejection_reason,
        cast(choice_reason as {{ dbt.type_string() }}) as choice_reason,
        cast(k as {{ dbt.type_bigint() }}) as k,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(features as {{ dbt.type_bigint() }}) as features,
        cast(inertia as {{ covey.type_double() }}) as inertia,
        cast(silhouette as {{ covey.type_double() }}) as silhouette,
        cast(davies_bouldin as {{ covey.type_double() }}) as davies_bouldin,
        cast(calinski_harabasz as {{ covey.type_double() }}) as calinski_harabasz,
        cast(stability_ari as {{ covey.type_double() }}) as stability_ari,
        cast(smallest_share as {{ covey.type_double() }}) as smallest_share,
        cast(is_accepted as boolean) as is_accepted,
        cast(is_chosen as boolean) as is_chosen
    from candidates
    -- A segmentation that is no longer asked for may still lie in the table of the fits.
    where segmentation in ('{{ segmentations }}')
)

select * from final
