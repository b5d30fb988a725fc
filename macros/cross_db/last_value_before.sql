{#- The last value that is not null in the rows before this one. -#}
{% macro last_value_before(expression, partition_by, order_by) %}
    {{ return(adapter.dispatch('last_value_before', 'covey')(expression, partition_by, order_by)) }}
{% endmacro %}

{% macro default__last_value_before(expression, partition_by, order_by) -%}
    last_value({{ expression }} ignore nulls) over (
            partition by {{ partition_by }} order by {{ order_by }}
            rows between unbounded preceding and 1 preceding
        )
{%- endmacro %}

{% macro duckdb__last_value_before(expression, partition_by, order_by) -%}
    last_value({{ expression }} ignore nulls) over (
            partition by {{ partition_by }} order by {{ order_by }}
            rows between unbounded preceding and 1 preceding
        )
{%- endmacro %}
