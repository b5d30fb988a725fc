-- One row per day of the feature window, the as-of date the last: the time spine of the metrics.
with as_of as (
    select window_start_date
    from {{ ref('int_as_of') }}
    where as_of_date is not null
),

numbers as (
    {{ dbt.generate_series(var('covey_feature_window_days')) | indent(4) }}
),

final as (
    select
        cast(
            {{ dbt.dateadd('day', 'numbers.generated_number', 'as_of.window_start_date') }} as date
        ) as date_day
    from as_of
    cross join numbers
)

select * from final
