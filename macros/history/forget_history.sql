{#- Deletes from a history what a later run of the same period replaced and, unless the run looks back
    at an earlier day, those who may not be profiled any more. -#}
{% macro forget_history() -%}
    delete from {{ this }}
    where
        as_of_date not in (
            select max(as_of_date) from {{ this }} group by {{ covey.period_start('as_of_date') }}
        )
        or (
            customer_key not in (select customer_key from {{ ref('int_customers_profiled') }})
            and not exists (
                select 1
                from {{ this }} as later
                inner join {{ ref('int_as_of') }} as as_of
                    on later.as_of_date > as_of.as_of_date
            )
        )
{%- endmacro %}
