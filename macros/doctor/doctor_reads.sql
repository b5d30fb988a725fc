{#- Says in the log what is read next: when the warehouse refuses, this is how one knows of what. -#}
{% macro doctor_reads(text, label) %}
    {%- do log('covey doctor reads ' ~ text ~ ' (' ~ label ~ ')', info=true) -%}
{% endmacro %}
