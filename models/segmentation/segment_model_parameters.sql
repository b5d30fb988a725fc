-- One row per parameter of the model in use of a segmentation.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with parameters as (
    select *
    from {{ ref('fit_segment_models') }}
),

models_in_use as (
    select model_id
    from parameters
    where parameter = 'registry' and feature = 'is_in_use' and term = 'true'
),

final as (
    select
        cast(parameters.segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(parameters.model_id as {{ dbt.type_string() }}) as model_id,
        cast(parameters.part as {{ dbt.type_string() }}) as part,
        cast(parameters.parameter as {{ dbt.type_string() }}) as parameter,
        cast(parameters.feature as {{ dbt.type_string() }}) as feature,
        cast(parameters.segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(parameters.term as {{ dbt.type_string() }}) as term,
        cast(parameters.value as {{ covey.type_double() }}) as value
    from parameters
    inner join models_in_use
        on parameters.model_id = models_in_use.model_id
    where
        parameters.parameter not in ('registry', 'event')
        -- A segmentation that is no longer asked for may still lie in the table of the fits.
        and parameters.segmentation in ('{{ segmentations }}')
)

select * from final
