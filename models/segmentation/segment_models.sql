-- One row per registered model of a segmentation.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with facts as (
    select
        segmentation,
        model_id,
        feature as fact,
        cast(term as {{ dbt.type_string() }}) as fact_value
    from {{ ref('fit_segment_models') }}
    where
        parameter = 'registry'
        -- A segmentation that is no longer asked for may still lie in the table of the fits.
        and segmentation in ('{{ segmentations }}')
),

described as (
    select
        segmentation,
        model_id,
        {%- for fact in [
            'champion_model_id', 'parent_model_id', 'candidate_id', 'algorithm', 'status', 'reason',
            'applied_by', 'settings_key', 'model_number', 'k', 'customers', 'silhouette',
            'stability_ari', 'champion_ari', 'fitted_as_of', 'updated_as_of', 'promoted_as_of',
            'retired_as_of',
        ] %}
        max(case when fact = '{{ fact }}' then fact_value end) as {{ fact }},
        {%- endfor %}
        max(case when fact = 'is_in_use' then 1 else 0 end) = 1 as is_in_use
    from facts
    group by segmentation, model_id
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        champion_model_id,
        parent_model_id,
        candidate_id,
        algorithm,
        status,
        reason,
        applied_by,
        settings_key,
        cast(model_number as {{ dbt.type_bigint() }}) as model_number,
        cast(k as {{ dbt.type_bigint() }}) as k,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(silhouette as {{ covey.type_double() }}) as silhouette,
        cast(stability_ari as {{ covey.type_double() }}) as stability_ari,
        cast(champion_ari as {{ covey.type_double() }}) as champion_ari,
        is_in_use,
        cast(fitted_as_of as date) as fitted_as_of,
        cast(updated_as_of as date) as updated_as_of,
        cast(promoted_as_of as date) as promoted_as_of,
        cast(retired_as_of as date) as retired_as_of
    from described
)

select * from final
