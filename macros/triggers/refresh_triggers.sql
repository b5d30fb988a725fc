{#- After each batch, for triggers of other batches too: those of customers who may not be profiled any more
    are deleted, and those whose time is over have expired. -#}
{% macro refresh_triggers() -%}
    delete from {{ this }}
    where customer_key not in (select customer_key from {{ ref('int_customers_profiled') }});
    update {{ this }}
    set status = 'expired', status_reason = 'not used in time'
    where
        status = 'active'
        and cast(expires_at as date) <= (select as_of_date from {{ ref('int_as_of') }})
{%- endmacro %}
