-- One row: the last day that counts, and the day before the first that features look at.
{%- set as_of = var('covey_as_of') %}
{%- set as_of_date = "cast('" ~ as_of ~ "' as date)" if as_of else 'latest_activity_date' %}
with activity as (
    select max(cast(ordered_at as date)) as activity_date
    from {{ ref('stg_orders') }}
    union all
    select max(cast(occurred_at as date)) as activity_date
    from {{ ref('stg_web_events') }}
    union all
    select max(cast(occurred_at as date)) as activity_date
    from {{ ref('stg_messages') }}
    union all
    select max(cast(occurred_at as date)) as activity_date
    from {{ ref('stg_offline_events') }}
),

latest_activity as (
    select max(activity_date) as latest_activity_date
    from activity
),

chosen as (
    select {{ as_of_date }} as as_of_date
    from latest_activity
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
