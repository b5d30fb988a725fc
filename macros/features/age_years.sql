{#- Completed years between two dates: the difference of the years, less one before the birthday. Null
    where the birth lies ahead: nobody is less than nothing years old. -#}
{% macro age_years(birth_date, on_date) -%}
    case
            when {{ birth_date }} <= {{ on_date }}
                then
                    extract(year from {{ on_date }}) - extract(year from {{ birth_date }})
                    - case
                        when
                            extract(month from {{ on_date }}) * 100 + extract(day from {{ on_date }})
                            < extract(month from {{ birth_date }}) * 100
                            + extract(day from {{ birth_date }})
                            then 1
                        else 0
                    end
        end
{%- endmacro %}
