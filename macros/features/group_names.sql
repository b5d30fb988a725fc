{#- The groups of a customer by whose medians missing values can be filled in, and which can be features
    as categories: the columns of customer_groups. The library knows the same names, and a test holds the two equal. -#}
{% macro group_names() %}
    {{ return(['acquisition_channel', 'country', 'rfm_segment', 'top_category']) }}
{% endmacro %}
