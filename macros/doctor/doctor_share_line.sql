{#- One line of "Is there enough data" for a share. -#}
{% macro doctor_share_line(bound, part, total, what) %}
    {%- set share = part / total if total else 0 -%}
    {{ return(covey.doctor_verdict(
        bound, share, what, '%.0f'|format(100 * share) ~ ' % (' ~ '{:,}'.format(part) ~ ' of '
            ~ '{:,}'.format(total) ~ ')'
    )) }}
{% endmacro %}
