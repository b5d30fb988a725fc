{#- One parameter of a model as an aggregate over its rows. -#}
{% macro parameter_value(parameter) -%}
    max(case when parameter = '{{ parameter }}' then value end)
{%- endmacro %}
