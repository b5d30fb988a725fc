{#- An e-mail address in lower case, out of mailto: and Name <address>, without what a list leaves
    behind it. Null where it is none: one @, a dot in the domain, no blanks, 254 characters at most. -#}
{% macro standard_email(expression) -%}
    {%- set before = "^(.*<)?(mailto:)?[[:space:]''\"]*" -%}
    {%- set behind = "(>.*|[?](subject|body|cc|bcc)=.*|[[:space:].,;''\"])+$" -%}
    {%- set whole = '^[^@[:space:]<>(),;:"]+@[^@[:space:]<>(),;:".]+([.][^@[:space:]<>(),;:".]+)+$' -%}
    {%- set typed = "lower(trim(" ~ expression ~ "))" -%}
    {%- set address = covey.regexp_replace_all(
        covey.regexp_replace_all(typed, before, ''), behind, ''
    ) -%}
    case
            -- Nearly every address is plain already; telling so is cheaper than making it so.
            when
                length({{ expression }}) <= 254
                and {{ covey.regexp_matches(
                    expression, '^[a-z0-9_+-]+([.][a-z0-9_+-]+)*@[a-z0-9-]+([.][a-z0-9-]+)+$'
                ) }}
                then {{ expression }}
            when {{ address }} <> '' and length({{ address }}) <= 254
                and {{ covey.regexp_replace_all(address, whole, '') }} = ''
                then {{ address }}
        end
{%- endmacro %}
