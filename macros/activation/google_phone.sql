{#- A telephone number as Google hashes it: E.164, with the plus sign; null where no country code is
    known. -#}
{% macro google_phone(expression) -%}
    case
            when trim({{ expression }}) like '+%'
                then '+' || {{ covey.regexp_replace_all(expression, '[^0-9]', '') }}
        end
{%- endmacro %}
