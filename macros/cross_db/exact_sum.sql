{#- A sum that comes out the same to the last bit whatever order the engine adds the rows in: decimals
    add exactly, floats do not. Eight digits after the point are kept. -#}
{% macro exact_sum(expression) %}
    {{ return(adapter.dispatch('exact_sum', 'covey')(expression)) }}
{% endmacro %}

{% macro default__exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 8))) as {{ covey.type_double() }})
{%- endmacro %}

{% macro bigquery__exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as bignumeric)) as {{ covey.type_double() }})
{%- endmacro %}
