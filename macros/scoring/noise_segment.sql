{#- The segment_id of customers whom a density-based model puts in no segment. The library knows the same
    word, and a test holds the two equal. -#}
{% macro noise_segment() %}
    {{- return('noise') -}}
{% endmacro %}
