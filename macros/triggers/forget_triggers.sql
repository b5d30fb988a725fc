{#- Deletes the triggers of customers who may not be profiled any more, of whatever batch. -#}
{% macro forget_triggers() -%}
    delete from {{ this }}
    where customer_key not in (select customer_key from {{ ref('int_customers_profiled') }})
{%- endmacro %}
