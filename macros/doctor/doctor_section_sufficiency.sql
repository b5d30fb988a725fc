{#- Report: are the data enough? -#}
{% macro doctor_section_sufficiency(judged) %}
    {%- set lines = covey.doctor_heading('Is there enough data') -%}
    {%- for line in judged -%}
        {%- set row = '  %-13s%-40s%s' | format(line.verdict, line.what, line.found) -%}
        {%- do lines.append(row) -%}
        {%- if line.verdict != 'ok' -%}
            {%- do lines.append(' ' * 55 ~ 'enough is ' ~ line.bound) -%}
        {%- endif -%}
        {%- if line.get('hint') -%}
            {%- do lines.extend(covey.doctor_wrap(line.hint, ' ' * 15)) -%}
        {%- endif -%}
    {%- else -%}
        {%- do lines.append('  Nothing to judge before orders or web_events are mapped and built.') -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
