-- One row per segmentation, segment and period (covey_period) of the feature window: its customers.
{%- set period = covey.setting('covey_period') %}
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

periods as (
    select distinct {{ covey.period_start('date_day') }} as period_date
    from {{ ref('calendar_days') }}
),

period_ends as (
    select
        periods.period_date,
        least(
            cast({{ dbt.dateadd(
                'day', -1, dbt.dateadd(period, 1, 'periods.period_date')
            ) }} as date),
            as_of.as_of_date
        ) as end_date
    from periods
    cross join as_of
),

stays as (
    select
        segmentation,
        customer_key,
        segment_id,
        valid_from,
        valid_to
    from {{ ref('customer_segment_history') }}
),

segments as (
    select *
    from {{ ref('int_segments_seen') }}
),

sizes as (
    select
        stays.segmentation,
        stays.segment_id,
        period_ends.period_date,
        count(*) as customers
    from stays
    inner join period_ends
        on
            stays.valid_from <= period_ends.end_date
            and (stays.valid_to is null or stays.valid_to > period_ends.end_date)
    group by stays.segmentation, stays.segment_id, period_ends.period_date
),

final as (
    select
        segments.segmentation,
        segments.segment_id,
        segments.segment_name,
        segments.persona_id,
        -- Nobody knows who was in a segment before the first day that was recorded.
        case
            when segments.history_date <= period_ends.end_date then coalesce(sizes.customers, 0)
        end as customers,
        segments.history_date < period_ends.period_date as is_segment_of_then,
        period_ends.period_date,
        period_ends.end_date
    from segments
    cross join period_ends
    left join sizes
        on
            segments.segmentation = sizes.segmentation
            and segments.segment_id = sizes.segment_id
            and period_ends.period_date = sizes.period_date
)

select * from final
