{#- The repeat orders of a customer per week, drawn to those of all (population.repeat_orders_per_week)
    as if everybody had been known for a year more. It knows of nobody who dropped out. -#}
{% macro historic_orders_per_week(history, population) -%}
    ({{ history }}.repeat_count + 365 / 7.0 * {{ population }}.repeat_orders_per_week)
            / ({{ history }}.age_weeks + 365 / 7.0)
{%- endmacro %}
