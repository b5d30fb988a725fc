{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='event_date',
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_changed_days(['messages'], \"'messages'\", 'event_date') }}"
) }}
-- One row per message, recipient, kind of event and day: the daily rollup of messages.
with {{ covey.changed_days(['messages'], "'messages'", 'event_date') }},

kept as (
    {{ covey.kept_rows(
        'messages',
        days='changed_days' if is_incremental() else none,
        dates=covey.changed_dates(['messages'], "'messages'", 'event_date')
    ) }}
),

events as (
    select
        customer_id,
        email,
        -- Events without a message id count as messages of their own.
        coalesce(message_id, event_id) as message_id,
        lower(channel) as channel,
        lower(event_type) as event_type,
        campaign_id,
        coalesce(is_machine_open, false) as is_machine_open,
        occurred_at,
        cast(occurred_at as date) as event_date
    from kept
),

final as (
    select
        events.customer_id,
        events.email,
        events.message_id,
        events.channel,
        events.event_type,
        -- A message has one campaign, which some of its events may not say.
        max(events.campaign_id) as campaign_id,
        events.is_machine_open,
        count(*) as event_count,
        max(events.occurred_at) as last_occurred_at,
        events.event_date,
        {{ dbt.any_value('changed_days.built_from') }} as built_from
    from events
    inner join changed_days
        on events.event_date = changed_days.activity_date
    group by
        events.customer_id,
        events.email,
        events.message_id,
        events.channel,
        events.event_type,
        events.is_machine_open,
        events.event_date
)

select * from final
