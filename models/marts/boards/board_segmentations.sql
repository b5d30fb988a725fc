-- One row per segmentation: what it holds in all, and in which units boards write it.
with segments as (
    select
        segmentation,
        customers,
        monetary
    from {{ ref('segments') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        segments.segmentation,
        '{{ var("covey_reporting_currency") }}' as currency,
        count(*) as segments,
        cast(sum(segments.customers) as {{ dbt.type_bigint() }}) as customers,
        {{ covey.exact_sum('segments.monetary') }} as monetary,
        cast({{ var('covey_feature_window_days') }} as {{ dbt.type_bigint() }}) as window_days,
        cast({{ var('covey_min_group_size') }} as {{ dbt.type_bigint() }}) as least_customers,
        segments.segmentation = '{{ var("covey_primary_segmentation") }}' as is_primary,
        as_of.as_of_date
    from segments
    cross join as_of
    group by segments.segmentation, as_of.as_of_date
)

select * from final
