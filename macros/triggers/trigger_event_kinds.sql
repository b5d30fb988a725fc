{#- The kinds of events that trigger rules can name beside the event names of the seed event_taxonomy. -#}
{% macro trigger_event_kinds() %}
    {{ return(['session_start', 'order', 'order_item', 'segment_entered', 'segment_left']) }}
{% endmacro %}
