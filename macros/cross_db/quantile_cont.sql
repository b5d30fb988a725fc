{#- The interpolated quantile of an aggregate (type 7 of Hyndman and Fan). -#}
{% macro quantile_cont(expression, fraction) %}
    {{ return(adapter.dispatch('quantile_cont', 'covey')(expression, fraction)) }}
{% endmacro %}

{% macro default__quantile_cont(expression, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by {{ expression }})
{%- endmacro %}

{% macro duckdb__quantile_cont(expression, fraction) -%}
    quantile_cont({{ expression }}, {{ fraction }})
{%- endmacro %}

{% macro bigquery__quantile_cont(expression, fraction) -%}
    approx_quantiles({{ expression }}, 1000)[offset(cast(1000 * {{ fraction }} as int64))]
{%- endmacro %}
