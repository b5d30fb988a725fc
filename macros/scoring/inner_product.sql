{#- The products of the standardised features and the coordinates of a centroid, summed in the order of
    the features; without a segment, of the features and themselves: |z|^2. -#}
{% macro inner_product(features, segment=none) %}
    {{- return(adapter.dispatch('inner_product', 'covey')(features, segment)) -}}
{% endmacro %}

{% macro default__inner_product(features, segment) -%}
    {%- for feature in features %}
                    {{ '+ ' if not loop.first }}{{ feature }} * {{ feature }}
                    {{- '__centroid_' ~ segment if segment }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__inner_product(features, segment) -%}
    {%- set other = 'centroid_' ~ segment if segment else 'standardised' -%}
    list_inner_product(standardised_high, {{ other }}_high)
                    + list_inner_product(standardised_high, {{ other }}_low)
                    + list_inner_product(standardised_low, {{ other }}_high)
                    + list_inner_product(standardised_low, {{ other }}_low)
{%- endmacro %}
