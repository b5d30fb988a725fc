-- One row per parameter of the model of a segmentation.
with parameters as (
    select *
    from {{ ref('fit_segment_models') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        cast(part as {{ dbt.type_string() }}) as part,
        cast(parameter as {{ dbt.type_string() }}) as parameter,
        cast(feature as {{ dbt.type_string() }}) as feature,
        cast(segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(term as {{ dbt.type_string() }}) as term,
        cast(value as {{ covey.type_double() }}) as value
    from parameters
)

select * from final
