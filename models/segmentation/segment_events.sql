-- One row per segmentation, change of the model in use, and segment of the one or the other.
{%- set segmentations = var('covey_segmentations') | join("', '") %}
with events as (
    select *
    from {{ ref('fit_segment_models') }}
    where
        parameter = 'event'
        -- A segmentation that is no longer asked for may still lie in the table of the fits.
        and segmentation in ('{{ segmentations }}')
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(feature as {{ dbt.type_string() }}) as event_type,
        cast({{ dbt.split_part('term', "'|'", 4) }} as {{ dbt.type_string() }}) as cause,
        nullif(cast({{ dbt.split_part('term', "'|'", 3) }} as {{ dbt.type_string() }}), '')
            as previous_model_id,
        cast(model_id as {{ dbt.type_string() }}) as model_id,
        cast({{ dbt.split_part('term', "'|'", 1) }} as {{ dbt.type_bigint() }}) as change_number,
        cast(value as {{ covey.type_double() }}) as overlap,
        cast(nullif({{ dbt.split_part('term', "'|'", 2) }}, '') as date) as as_of_date
    from events
)

select * from final
