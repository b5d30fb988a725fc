{#- The mean value of a customer's orders, drawn to that of all (population.mean_order_value) as if by
    one order more; not below 0. -#}
{% macro historic_order_value(history, population) -%}
    greatest(
            {{ history }}.order_days * {{ history }}.mean_order_value
            + {{ population }}.mean_order_value,
            0
        ) / ({{ history }}.order_days + 1)
{%- endmacro %}
