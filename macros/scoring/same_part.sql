{#- Two relations speak of the same part of the same segmentation. -#}
{% macro same_part(one, other) -%}
    {{ one }}.segmentation = {{ other }}.segmentation
            and {{ one }}.part = {{ other }}.part
{%- endmacro %}
