{#- Rows of feature and value as columns, one aggregate a feature. -#}
{% macro feature_values_pivoted(features) -%}
    {%- for feature in features %}
        max(case when feature = '{{ feature }}' then value end) as {{ feature }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
