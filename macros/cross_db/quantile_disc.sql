{#- The smallest value that a share of the values does not exceed: one of the values themselves, of
    any type that has an order. -#}
{% macro quantile_disc(expression, fraction) %}
    {{ return(adapter.dispatch('quantile_disc', 'covey')(expression, fraction)) }}
{% endmacro %}

{% macro default__quantile_disc(expression, fraction) -%}
    percentile_disc({{ fraction }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro duckdb__quantile_disc(expression, fraction) -%}
    quantile_disc({{ expression }}, {{ fraction }})
{%- endmacro %}

{% macro bigquery__quantile_disc(expression, fraction) -%}
    approx_quantiles({{ expression }}, 1000)[offset(cast(1000 * {{ fraction }} as int64))]
{%- endmacro %}
