{#- How many standard deviations above what chance brings a count must be, to be an affinity. -#}
{% macro least_z() -%}
    1.96
{%- endmacro %}
