{#- A first or last name as Meta hashes it: lower case, no punctuation and no digits, no blanks at the
    ends; letters of any script stay. -#}
{% macro meta_name(expression) -%}
    nullif(trim({{ covey.regexp_replace_all(
        covey.letters_and_blanks("lower(" ~ expression ~ ")"), ' +', ' '
    ) }}), '')
{%- endmacro %}
