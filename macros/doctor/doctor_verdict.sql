{#- One line of "Is there enough data": a figure held against its bounds. -#}
{% macro doctor_verdict(bound, value, what, found, lower_is_better=false) %}
    {%- set bounds = covey.doctor_bounds()[bound] -%}
    {%- set sign = -1 if lower_is_better else 1 -%}
    {%- set verdict = 'ok' if sign * value >= sign * bounds.enough
        else 'thin' if sign * value >= sign * bounds.thin else 'insufficient' -%}
    {{ return({
        'what': what, 'found': found, 'verdict': verdict,
        'bound': ('at most ' if lower_is_better else 'at least ') ~ (
            bounds.enough if bounds.enough >= 1 else (bounds.enough * 100) | int ~ ' %'
        )
    }) }}
{% endmacro %}
