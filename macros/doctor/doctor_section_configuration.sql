{#- Report: what is wrong with the configuration. -#}
{% macro doctor_section_configuration(problems) %}
    {%- set lines = covey.doctor_heading('Configuration') -%}
    {%- for problem in problems -%}
        {%- do lines.extend(covey.doctor_wrap(problem, '  error  ')) -%}
    {%- else -%}
        {%- do lines.append('  ok     vars, relations, columns and guard tests are as they must be') -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}
