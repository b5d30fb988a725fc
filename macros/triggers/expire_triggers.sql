{#- Lets the active triggers expire, of whatever batch, whose time is over at the end of the as-of date. -#}
{% macro expire_triggers() -%}
    update {{ this }}
    set status = 'expired', status_reason = 'not used in time'
    where
        status = 'active'
        and expires_at <= (
            select {{ dbt.dateadd('day', 1, 'cast(as_of_date as ' ~ dbt.type_timestamp() ~ ')') }}
            from {{ ref('int_as_of') }}
        )
{%- endmacro %}
