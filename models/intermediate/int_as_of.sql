-- One row: the last day that counts, and the day before the first that features look at.
{%- set as_of = var('covey_as_of') %}
{%- set wrong_clock = var('covey_wrong_clock') %}
with summed_days as (
    select
        activity_date as active_date,
        sum(kept_row_count) as row_count
    from {{ ref('int_input_days') }}
    where kept_row_count > 0
    group by activity_date
),

days_with_neighbours as (
    select
        active_date,
        lag(active_date) over (order by active_date) as previous_active_date,
        sum(row_count) over (
            order by active_date desc
            rows between unbounded preceding and current row
        ) as rows_from_here,
        sum(row_count) over () as all_rows
    from summed_days
),

-- A few rows long after everything else: one of them must not age all customers by years.
wrong_days as (
    select min(active_date) as first_wrong_date
    from days_with_neighbours
    where
        {{ dbt.datediff('previous_active_date', 'active_date', 'day') }}
        > {{ wrong_clock.silent_days }}
        and rows_from_here <= greatest(3, all_rows * {{ wrong_clock.max_share }})
),

chosen as (
    select
        coalesce(
            {{ "cast('" ~ as_of ~ "' as date)" if as_of else 'null' }},
            max(days_with_neighbours.active_date)
        ) as as_of_date
    from days_with_neighbours
    cross join wrong_days
    where
        wrong_days.first_wrong_date is null
        or days_with_neighbours.active_date < wrong_days.first_wrong_date
),

final as (
    select
        as_of_date,
        cast(
            {{ dbt.dateadd('day', -1 * var('covey_feature_window_days'), 'as_of_date') }} as date
        ) as window_start_date
    from chosen
)

select * from final
