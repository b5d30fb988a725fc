{#- The measures that RFM scores, in the order of the digits of rfm_score. -#}
{% macro rfm_measures() %}
    {{ return(['recency', 'frequency', 'monetary']) }}
{% endmacro %}
