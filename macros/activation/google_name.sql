{#- A first or last name as Google hashes it: lower case, no blanks at the ends and no second blank
    inside, no title before it (Mrs.) and no suffix behind it (Jr.). Punctuation stays. -#}
{% macro google_name(expression) -%}
    {%- set plain = "trim(" ~ covey.regexp_replace_all("lower(" ~ expression ~ ")", ' +', ' ') ~ ")" -%}
    {%- set untitled = covey.regexp_replace_all(
        plain, '^((mr|mrs|ms|miss|dr|prof)[.] *)+', ''
    ) -%}
    nullif(trim({{ covey.regexp_replace_all(untitled, ',? (jr|sr)[.]?$', '') }}), '')
{%- endmacro %}
