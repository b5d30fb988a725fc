{%- set settings = covey.trigger_settings() -%}
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='triggered_at',
    batch_size=settings.batch_size,
    lookback=settings.lookback,
    begin=run_started_at.strftime('%Y-%m-%d'),
    on_schema_change='append_new_columns',
    post_hook=[
        '{{ covey.forget_triggers() }}',
        '{{ covey.cancel_triggers() }}',
        '{{ covey.expire_triggers() }}',
    ]
) }}
-- One row per trigger that fired for a customer, or would have but for its cool-down.
-- depends_on: {{ ref('int_customers_profiled') }}
-- A table that is not there yet is made whole, whatever the batch: it need not begin before now.
{%- set batch = model.batch if is_incremental() %}
{%- set from_at, to_at = (
    covey.batch_bound(batch.event_time_start), covey.batch_bound(batch.event_time_end)
) if batch else (none, none) %}
with recursive {{ covey.trigger_matches(from_at, to_at) }},

{% if is_incremental() -%}
recorded as (
    select *
    from {{ this }}
),

last_fired as (
    select
        recorded.trigger_id,
        recorded.customer_key,
        case when rules.cool_down_by = 'subject' then coalesce(recorded.subject_id, '') else '' end
            as cool_down_key,
        max({{ dbt.dateadd('second', 'rules.cool_down_seconds', 'recorded.triggered_at') }})
            as cooled_at
    from recorded
    inner join rules
        on
            recorded.trigger_id = rules.trigger_id
            and rules.cool_down_seconds > 0
    where
        recorded.status <> 'suppressed'
        and (recorded.cancelled_at is null or recorded.cancelled_at > recorded.triggered_at)
        and {{ 'recorded.triggered_at < ' ~ from_at if from_at else '1 = 0' }}
    group by
        recorded.trigger_id,
        recorded.customer_key,
        case when rules.cool_down_by = 'subject' then coalesce(recorded.subject_id, '') else '' end
),

{% endif -%}
{{ covey.trigger_cool_downs('last_fired' if is_incremental()) }},

judged as (
    select
        trigger_matches.*,
        case
            when trigger_matches.cancelled_at <= trigger_matches.triggered_at then 'cancelled'
            when fired_matches.trigger_event_id is null then 'suppressed'
            when trigger_matches.cancelled_at is not null then 'cancelled'
            when trigger_matches.expires_at <= clock.now_at then 'expired'
            else 'active'
        end as status
    from trigger_matches
    cross join clock
    left join fired_matches
        on trigger_matches.trigger_event_id = fired_matches.trigger_event_id
),

triggers as (
    select
        judged.trigger_event_id,
        judged.customer_key,
        judged.trigger_id,
        rules.trigger_name,
        judged.subject_type,
        judged.subject_id,
        judged.status,
        case judged.status
            when 'cancelled' then judged.cancellation_reason
            when 'suppressed' then 'cool-down'
            when 'expired' then 'not used in time'
        end as status_reason,
        judged.priority,
        judged.value_at_stake,
        judged.triggered_at,
        judged.expires_at,
        case when judged.status = 'cancelled' then judged.cancelled_at end as cancelled_at
    from judged
    inner join rules
        on judged.trigger_id = rules.trigger_id
    {%- if is_incremental() %}
    -- What fired before, at a time that the data now put elsewhere, does not fire again.
    left join recorded
        on
            judged.trigger_event_id = recorded.trigger_event_id
            {%- if from_at %}
            and (recorded.triggered_at < {{ from_at }} or recorded.triggered_at >= {{ to_at }})
            {%- else %}
            and 1 = 0
            {%- endif %}
    where recorded.trigger_event_id is null
    {%- endif %}
),

{% if is_incremental() -%}
-- What fired and no longer follows from the data is not lost: somebody may have acted on it.
kept as (
    select
        recorded.trigger_event_id,
        recorded.customer_key,
        recorded.trigger_id,
        recorded.trigger_name,
        recorded.subject_type,
        recorded.subject_id,
        case when recorded.status = 'active' then 'cancelled' else recorded.status end as status,
        case
            when recorded.status = 'active' then 'no longer in the data'
            else recorded.status_reason
        end as status_reason,
        recorded.priority,
        recorded.value_at_stake,
        recorded.triggered_at,
        recorded.expires_at,
        case when recorded.status = 'active' then clock.now_at else recorded.cancelled_at end
            as cancelled_at
    from recorded
    cross join clock
    inner join {{ ref('int_customers_profiled') }} as customers
        on recorded.customer_key = customers.customer_key
    left join judged
        on recorded.trigger_event_id = judged.trigger_event_id
    where
        judged.trigger_event_id is null
        and recorded.triggered_at < clock.now_at
        {%- if from_at %}
        and recorded.triggered_at >= {{ from_at }}
        and recorded.triggered_at < {{ to_at }}
        {%- endif %}
),

{% endif -%}
final as (
    select * from triggers
    {%- if is_incremental() %}
    union all
    select * from kept
    {%- endif %}
)

select * from final
