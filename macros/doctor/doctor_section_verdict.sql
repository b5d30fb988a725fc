{#- Report: the last line. It starts with "Ready" when the build can run, else with "Not ready". -#}
{% macro doctor_section_verdict(problems, mapped, proposals, judged) %}
    {%- set count = problems | length -%}
    {%- set text = namespace(value='Ready: ' ~ mapped | length ~ ' inputs mapped.') -%}
    {%- if problems -%}
        {%- set text.value = 'Not ready: ' ~ count ~ (' problem' if count == 1 else ' problems')
            ~ ' under Configuration.' -%}
    {%- else -%}
        {%- set thin = judged | selectattr('verdict', 'equalto', 'thin') | list | length -%}
        {%- set short = judged | selectattr('verdict', 'equalto', 'insufficient') | list
            | length -%}
        {%- if short -%}
            {%- set text.value = text.value ~ ' The build runs, but the data are insufficient on '
                ~ short ~ ' of '
                ~ judged | length ~ ' lines.' -%}
        {%- elif thin -%}
            {%- set text.value = text.value ~ ' The data are thin on ' ~ thin ~ ' of '
                ~ judged | length ~ ' lines.' -%}
        {%- elif judged -%}
            {%- set text.value = text.value ~ ' There is enough data.' -%}
        {%- endif -%}
    {%- endif -%}
    {%- if proposals -%}
        {%- set text.value = text.value ~ ' The mapping above proposes ' ~ proposals | length
            ~ ' more.' -%}
    {%- endif -%}
    {{ return(['', text.value]) }}
{% endmacro %}
