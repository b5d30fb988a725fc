{#- Says of a parameter row that Python applies its model: with covey_apply python of all rows, else of
    those that have no cheap form in SQL (core points of density models, quantile transforms). -#}
{% macro is_applied_by_python() -%}
    {%- if var('covey_apply') == 'python' -%}
    1 = 1
    {%- else -%}
    parameter in ('core', 'quantile')
    {%- endif -%}
{%- endmacro %}
