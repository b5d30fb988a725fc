{#- An e-mail address as Meta hashes it: lower case, no blanks. Dots and plus signs stay, of gmail
    addresses too. -#}
{% macro meta_email(expression) -%}
    replace(lower({{ expression }}), ' ', '')
{%- endmacro %}
