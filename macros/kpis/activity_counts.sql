{#- The columns that count what customers did in a period, as the figures of segments have them. -#}
{% macro activity_counts() %}
    {{ return([
        'orders', 'sessions', 'converted_sessions', 'messages', 'opened_messages',
        'clicked_messages',
    ]) }}
{% endmacro %}
