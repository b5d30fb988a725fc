-- One row per segmentation, customer and period in which they did something or after one in which
-- they ordered: the segment they were in when it began.
{%- set period = covey.setting('covey_period') %}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

activities as (
    select
        customer_key,
        period_date,
        max(case when orders > 0 then 1 else 0 end) as is_active
    from {{ ref('int_activities_summed') }}
    group by customer_key, period_date
),

active_periods_and_next as (
    select
        customer_key,
        period_date,
        is_active,
        0 as was_active
    from activities
    union all
    select
        activities.customer_key,
        cast({{ dbt.dateadd(period, 1, 'activities.period_date') }} as date) as period_date,
        0 as is_active,
        1 as was_active
    from activities
    cross join as_of
    where
        activities.is_active = 1
        and {{ dbt.dateadd(period, 1, 'activities.period_date') }} <= as_of.as_of_date
),

periods as (
    select
        customer_key,
        period_date,
        max(is_active) = 1 as is_active,
        max(was_active) = 1 as was_active
    from active_periods_and_next
    group by customer_key, period_date
),

stays as (
    select
        segmentation,
        customer_key,
        segment_id,
        row_number() over (
            partition by segmentation, customer_key order by valid_from
        ) as stay_number,
        valid_from,
        lead(valid_from) over (
            partition by segmentation, customer_key order by valid_from
        ) as next_valid_from
    from {{ ref('customer_segment_history') }}
),

final as (
    select
        stays.segmentation,
        stays.customer_key,
        stays.segment_id,
        periods.is_active,
        periods.was_active,
        periods.period_date
    from periods
    -- The stay of the day before the period. What was done before the first stay goes to that one.
    inner join stays
        on
            periods.customer_key = stays.customer_key
            and (stays.stay_number = 1 or periods.period_date > stays.valid_from)
            and (stays.next_valid_from is null or periods.period_date <= stays.next_valid_from)
)

select * from final
