{#- A spelling as seeds/code_aliases.csv holds it: lower case, single blanks, straight apostrophes,
    hyphens for underscores. A language loses its region: en_US is en. -#}
{% macro code_alias(expression, code_type) -%}
    {%- set typed = "translate(lower(" ~ expression ~ "), '_\u2019\u00a0', '-'' ')" -%}
    {%- set alias = "trim(" ~ covey.regexp_replace_all(typed, '[[:space:]]+', ' ') ~ ")" -%}
    {%- if code_type == 'language' -%}
        case
            when {{ alias }} like '__-%' then substr({{ alias }}, 1, 2)
            when {{ alias }} like '___-%' then substr({{ alias }}, 1, 3)
            else {{ alias }}
        end
    {%- else -%}
        {{ alias }}
    {%- endif -%}
{%- endmacro %}
