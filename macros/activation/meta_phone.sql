{#- A telephone number as Meta hashes it: the digits with the country code, without the plus sign and
    without leading zeros; null where no digit is left. -#}
{% macro meta_phone(expression) -%}
    nullif(
            {{ covey.regexp_replace_all(
                covey.regexp_replace_all(expression, '[^0-9]', ''), '^0+', ''
            ) }},
            ''
        )
{%- endmacro %}
