{#- Figures of the web_events input: {events, identified, last_day}. Identified is an event with a login,
    or of a device on which somebody logs in at another time. -#}
{% macro doctor_event_facts(events) %}
    {%- set exp = events.expressions -%}
    {%- set row = run_query('
        with events as (
            select ' ~ exp.anonymous_id ~ ' as anonymous_id, ' ~ exp.user_id ~ ' as user_id, '
                ~ exp.occurred_at ~ ' as occurred_at
            from ' ~ events.text ~ ' as input_rows
        ),
        known_devices as (
            select distinct anonymous_id as device from events where user_id is not null and anonymous_id is not null
        )
        select
            count(*) as events,
            count(coalesce(events.user_id, known_devices.device)) as identified,
            cast(cast(max(events.occurred_at) as date) as ' ~ dbt.type_string() ~ ') as last_day
        from events
        left join known_devices on events.anonymous_id = known_devices.device
    ').rows[0] -%}
    {{ return({'events': row[0] | int, 'identified': row[1] | int, 'last_day': row[2] | string
        if row[2] else none}) }}
{% endmacro %}
