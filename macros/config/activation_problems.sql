{#- Vars of activation that are out of bounds. -#}
{% macro activation_problems() %}
    {%- set problems = [] -%}
    {%- set share = var('covey_segment_holdout_share') -%}
    {%- if not 0 <= share | float(-1) <= 0.5 -%}
        {%- do problems.append(
            'covey_segment_holdout_share must lie between 0 and 0.5, and is ' ~ share ~ '.'
        ) -%}
    {%- endif -%}
    {%- set kept = var('covey_unconfirmed_exports') -%}
    {%- if kept | int(0) < 1 -%}
        {%- do problems.append(
            'covey_unconfirmed_exports must be a whole number above zero, and is ' ~ kept ~ '.'
        ) -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
