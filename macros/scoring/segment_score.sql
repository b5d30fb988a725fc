{#- z . c - |c|^2 / 2: the higher, the nearer the centroid; the term |z|^2 is common to all. -#}
{% macro segment_score(features, segment) -%}
    intercept_{{ segment }}
        {%- for feature in features %}
        + {{ feature }} * {{ feature }}__centroid_{{ segment }}
        {%- endfor %}
{%- endmacro %}
