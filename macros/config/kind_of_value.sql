{#- What a value of YAML is, in words. -#}
{% macro kind_of_value(value) %}
    {%- if value is none -%}{{ return('nothing') }}
    {%- elif value is mapping -%}{{ return('a mapping') }}
    {%- elif value is string -%}{{ return('a text') }}
    {%- elif value is boolean -%}{{ return('true or false') }}
    {%- elif value is number -%}{{ return('a number') }}
    {%- elif value is iterable -%}{{ return('a list') }}
    {%- endif -%}
    {{ return('a date') }}
{% endmacro %}
