{#- The columns of trigger_rules. -#}
{% macro trigger_rule_columns() %}
    {{ return([
        'trigger_id', 'trigger_name', 'description', 'start_events', 'subject_type', 'threshold',
        'window_hours', 'anchor', 'absence_days', 'least_discount_share', 'unless_events',
        'delay_hours', 'delay_cadences', 'cancel_events', 'cool_down_days', 'cool_down_by',
        'expires_after_days', 'priority', 'scope', 'is_enabled',
    ]) }}
{% endmacro %}
