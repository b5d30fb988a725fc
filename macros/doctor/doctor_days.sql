{#- Days from one day to another, both as text (2026-01-31) or dates. -#}
{% macro doctor_days(first_day, last_day) %}
    {%- set parse = modules.datetime.datetime.strptime -%}
    {{ return((parse((last_day | string)[:10], '%Y-%m-%d') - parse((first_day | string)[:10],
        '%Y-%m-%d')).days) }}
{% endmacro %}
