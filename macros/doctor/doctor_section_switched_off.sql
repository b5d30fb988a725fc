{#- Report: what the inputs that are not mapped switch off. Of many tables the first are named. -#}
{% macro doctor_section_switched_off(unmapped) %}
    {%- set lines = covey.doctor_heading('What is switched off') -%}
    {%- for input, off in covey.doctor_switched_off(unmapped).items() -%}
        {%- do lines.append('  ' ~ input) -%}
        {%- for kind, things in off.things.items() -%}
            {%- do lines.extend(covey.doctor_wrap(things | join(', '), '      %-10s'
                | format(kind))) -%}
        {%- endfor -%}
        {%- if off.tables -%}
            {%- set more = off.tables | length - 8 -%}
            {%- do lines.extend(covey.doctor_wrap(
                off.tables[:8] | join(', ') ~ (' and ' ~ more ~ ' more' if more > 0 else ''),
                '      poorer    '
            )) -%}
        {%- elif not off.things -%}
            {%- do lines.append('      nothing is built from it yet') -%}
        {%- endif -%}
    {%- else -%}
        {%- do lines.append('  Nothing.') -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
