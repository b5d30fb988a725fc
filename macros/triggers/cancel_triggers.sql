{#- Cancels the active triggers, of whatever batch, after which an event came that makes them pointless: as
    trigger_matches does for those of the batch, for triggers live longer than the batches look back. -#}
{% macro cancel_triggers() -%}
    merge into {{ this }} as triggers
    using (
        select
            trigger_event_id,
            event_kind,
            cancelled_at
        from (
            select
                live.trigger_event_id,
                events.event_kind,
                events.known_at as cancelled_at,
                row_number() over (
                    partition by live.trigger_event_id
                    order by events.known_at, events.event_kind, events.event_id
                ) as cancellation_number
            from {{ this }} as live
            inner join {{ ref('int_trigger_rule_events') }} as rule_events
                on
                    live.trigger_id = rule_events.trigger_id
                    and rule_events.event_role = 'cancel'
            inner join {{ ref('int_trigger_events').render() }} as events
                on
                    live.customer_key = events.customer_key
                    and rule_events.event_kind = events.event_kind
                    and events.occurred_at > live.triggered_at
                    and events.known_at < live.expires_at
                    and (
                        live.subject_id is null
                        or coalesce(
                            {{ covey.trigger_subject('live.subject_type', 'events') }},
                            live.subject_id
                        ) = live.subject_id
                    )
            where live.status = 'active'
        ) as numbered
        where cancellation_number = 1
    ) as cancellations
        on triggers.trigger_event_id = cancellations.trigger_event_id
    when matched then update set
        status = 'cancelled',
        status_reason = cancellations.event_kind || ' after it fired',
        cancelled_at = cancellations.cancelled_at
{%- endmacro %}
