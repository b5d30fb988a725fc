-- One row per segmentation, segment, exemplar and feature: what its typical customers are like.
with found as (
    select *
    from {{ ref('find_segment_exemplars') }}
),

final as (
    select
        cast(segmentation as {{ dbt.type_string() }}) as segmentation,
        cast(segment_id as {{ dbt.type_string() }}) as segment_id,
        cast(exemplar_number as {{ dbt.type_bigint() }}) as exemplar_number,
        cast(feature as {{ dbt.type_string() }}) as feature,
        cast(customers as {{ dbt.type_bigint() }}) as customers,
        cast(typical_value as {{ covey.type_double() }}) as typical_value
    from found
)

select * from final
