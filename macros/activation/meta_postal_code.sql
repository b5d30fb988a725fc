{#- A postal code as Meta hashes it: lower case, no blanks; of the United States the first five digits,
    of the United Kingdom area, district and sector (sw1a 1aa is sw1a1). -#}
{% macro meta_postal_code(expression, country) -%}
    {%- set plain = "replace(lower(" ~ expression ~ "), ' ', '')" -%}
    nullif(
            case {{ country }}
                when 'US' then substr({{ covey.regexp_replace_all(plain, '[^0-9]', '') }}, 1, 5)
                when 'GB' then {{ covey.regexp_replace_all(plain, '[a-z][a-z]$', '') }}
                else {{ plain }}
            end,
            ''
        )
{%- endmacro %}
