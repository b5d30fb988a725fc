{#- The weighted mean of the three scores, 0 (the worst score in all) to 100 (the best in all). -#}
{% macro rfm_composite(rfm) -%}
    {%- set parts = [] -%}
    {%- set weights = [] -%}
    {%- for measure in covey.rfm_measures() -%}
        {%- do parts.append(rfm.weights[measure] ~ ' * (' ~ measure ~ '_score - 1)') -%}
        {%- do weights.append(rfm.weights[measure]) -%}
    {%- endfor -%}
    100 * (
            cast({{ parts | join(' + ') }} as {{ covey.type_double() }})
            / ({{ rfm.bins - 1 }} * ({{ weights | join(' + ') }}))
        )
{%- endmacro %}
