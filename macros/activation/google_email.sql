{#- An e-mail address as Google hashes it: lower case, no blanks; of gmail.com and googlemail.com
    addresses the part before the @ without dots and without a plus sign and what follows it. -#}
{% macro google_email(expression) -%}
    {%- set plain = covey.meta_email(expression) -%}
    {%- set local = dbt.split_part(plain, "'@'", 1) -%}
    case
            when {{ dbt.split_part(plain, "'@'", 2) }} in ('gmail.com', 'googlemail.com')
                then
                    replace({{ dbt.split_part(local, "'+'", 1) }}, '.', '')
                    || '@' || {{ dbt.split_part(plain, "'@'", 2) }}
            else {{ plain }}
        end
{%- endmacro %}
