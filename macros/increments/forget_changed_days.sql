{#- Deletes from the table that was built what days held before they changed: to be called after it
    was built, with the arguments of changed_days. -#}
{% macro forget_changed_days(inputs, input, date, settings=[], days='int_input_days') -%}
    {%- if is_incremental() %}
    delete from {{ this }}
    where not exists (
        select 1
        from {{ ref(days) }} as days
        where
            days.input = {{ input }}
            and days.activity_date = {{ date }}
            and {{ covey.built_from(settings) }} = built_from
    )
    {%- endif %}
{%- endmacro %}
