{#- A city as Meta hashes it: lower case, no punctuation, no blanks. -#}
{% macro meta_city(expression) -%}
    nullif(replace({{ covey.letters_and_blanks("lower(" ~ expression ~ ")") }}, ' ', ''), '')
{%- endmacro %}
