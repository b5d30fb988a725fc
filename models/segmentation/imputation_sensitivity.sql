-- One row per segmentation: how far its segments agree whatever is filled in for missing values.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with random_imputations as (
    select *
    from {{ ref('fit_random_imputations') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(candidate_id as {{ dbt.type_string() }}) as candidate_id,
        cast(verdict as {{ dbt.type_string() }}) as verdict,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(imputations as {{ dbt.type_bigint() }}) as imputations,
        cast(missing_share as {{ covey.type_double() }}) as missing_share,
        cast(mean_ari as {{ covey.type_double() }}) as mean_ari,
        cast(min_ari as {{ covey.type_double() }}) as min_ari,
        cast(deployed_ari as {{ covey.type_double() }}) as deployed_ari
    from random_imputations
    -- A segmentation that is no longer asked for may still lie in the table of the fits.
    where segmentation in ('{{ segmentations }}')
)

select * from final
