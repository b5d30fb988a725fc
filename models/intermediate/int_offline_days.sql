{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='event_date',
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_changed_days(['offline_events'], \"'offline_events'\", 'event_date') }}"
) }}
-- One row per identifier, kind of offline event and day: the daily rollup of offline events.
with {{ covey.changed_days(['offline_events'], "'offline_events'", 'event_date') }},

kept as (
    {{ covey.kept_rows(
        'offline_events',
        days='changed_days' if is_incremental() else none,
        dates=covey.changed_dates(['offline_events'], "'offline_events'", 'event_date')
    ) }}
),

events as (
    select
        identifier_type,
        identifier,
        source_system,
        lower(event_type) as event_type,
        cast(occurred_at as date) as event_date
    from kept
),

final as (
    select
        events.identifier_type,
        events.identifier,
        events.source_system,
        events.event_type,
        count(*) as event_count,
        events.event_date,
        {{ dbt.any_value('changed_days.built_from') }} as built_from
    from events
    inner join changed_days
        on events.event_date = changed_days.activity_date
    group by
        events.identifier_type,
        events.identifier,
        events.source_system,
        events.event_type,
        events.event_date
)

select * from final
