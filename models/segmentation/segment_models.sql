-- One row per registered model of a segmentation.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
{%- set texts = [
    'champion_model_id', 'parent_model_id', 'candidate_id', 'algorithm', 'status', 'reason',
    'applied_by', 'settings_key',
] %}
{%- set days = ['fitted_as_of', 'updated_as_of', 'promoted_as_of', 'retired_as_of'] %}
with facts as (
    select
        segmentation,
        model_id,
        feature as fact,
        term as fact_value
    from {{ ref('fit_segment_models') }}
    where
        parameter = 'registry'
        -- A segmentation that is no longer asked for may still lie in the table of the fits.
        and segmentation in ('{{ segmentations }}')
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        {%- for fact in texts %}
        max(case when fact = '{{ fact }}' then cast(fact_value as {{ dbt.type_string() }}) end)
            as {{ fact }},
        {%- endfor %}
        {%- for fact in ['model_number', 'k', 'customers'] %}
        max(case when fact = '{{ fact }}' then cast(fact_value as {{ dbt.type_bigint() }}) end)
            as {{ fact }},
        {%- endfor %}
        {%- for fact in ['silhouette', 'stability_ari', 'champion_ari'] %}
        max(case when fact = '{{ fact }}' then cast(fact_value as {{ covey.type_double() }}) end)
            as {{ fact }},
        {%- endfor %}
        max(case when fact = 'is_in_use' then 1 else 0 end) = 1 as is_in_use,
        {%- for fact in days %}
        max(case when fact = '{{ fact }}' then cast(fact_value as date) end)
            as {{ fact }}{{ ',' if not loop.last }}
        {%- endfor %}
    from facts
    group by segmentation, model_id
)

select * from final
