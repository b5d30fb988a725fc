{#- The cell of a grid, 1 to 5, that a score lies in: the fifth that the middle of its bin falls into.
    With five bins it is the score. -#}
{% macro rfm_cell(score, rfm) -%}
    {%- if rfm.bins == 5 -%}
        {{ score }}
    {%- else -%}
        1 + floor(5.0 * (2 * {{ score }} - 1) / {{ 2 * rfm.bins }})
    {%- endif -%}
{%- endmacro %}
