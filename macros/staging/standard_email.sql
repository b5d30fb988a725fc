{#- An e-mail address in lower case, out of `mailto:` or `Name <address>`; null for what is none. -#}
{% macro standard_email(expression) -%}
    {%- set address = covey.regexp_replace_all(
        'lower(trim(' ~ expression ~ '))', '^mailto:|^.*<|[>;,. ]+$', ''
    ) -%}
    case
            when {{ covey.regexp_matches(
                address, '^[^@[:space:]<>,;]{1,64}@[^@[:space:]<>,;]+[.][^@[:space:]<>,;.]{2,}$'
            ) }}
                then {{ address }}
        end
{%- endmacro %}
