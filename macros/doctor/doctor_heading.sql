{#- The lines that open a section of the report. -#}
{% macro doctor_heading(title) %}
    {{ return(['', title, '-' * title | length]) }}
{% endmacro %}
