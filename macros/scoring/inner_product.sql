{#- The products of two lists of DuckDB, summed. Both are given as high and low parts, whose products are
    exact: <one>_high and <one>_low, <other>high and <other>low. -#}
{% macro inner_product(one, other) -%}
    list_inner_product({{ one }}_high, {{ other }}high)
                + list_inner_product({{ one }}_high, {{ other }}low)
                + list_inner_product({{ one }}_low, {{ other }}high)
                + list_inner_product({{ one }}_low, {{ other }}low)
{%- endmacro %}
