{#- Digits with a leading plus and a country code. A national number (one leading zero) gets
    covey_default_phone_country_code; 00 is read as plus. Fewer than 7 digits are no number. -#}
{% macro standard_phone(expression) -%}
    {%- set no_trunk = "replace(" ~ expression ~ ", '(0)', '')" -%}
    {%- set digits = covey.regexp_replace_all(no_trunk, '[^0-9]', '') -%}
    case
            when length({{ digits }}) < 7 then null
            when trim({{ expression }}) like '+%' then '+' || {{ digits }}
            when {{ digits }} like '00%' then '+' || substr({{ digits }}, 3)
            when {{ digits }} like '0%'
                then '+{{ var("covey_default_phone_country_code") }}' || substr({{ digits }}, 2)
            else '+' || {{ digits }}
        end
{%- endmacro %}
