{#- The last value that is not null in the rows up to this one, or up to `frame_end`. -#}
{% macro last_value_so_far(expression, partition_by, order_by, frame_end='current row') -%}
    {{ covey.last_value_ignoring_nulls(expression) }} over (
            partition by {{ partition_by }} order by {{ order_by }}
            rows between unbounded preceding and {{ frame_end }}
        )
{%- endmacro %}
