{#- A text without anything but letters, their marks, and blanks. -#}
{% macro letters_and_blanks(expression) %}
    {{ return(adapter.dispatch('letters_and_blanks', 'covey')(expression)) }}
{% endmacro %}

{% macro default__letters_and_blanks(expression) -%}
    {#- Java's and RE2's classes. -#}
    {{ covey.regexp_replace_all(expression, '[^\\\\p{L}\\\\p{M} ]', '') }}
{%- endmacro %}

{% macro duckdb__letters_and_blanks(expression) -%}
    {{ covey.regexp_replace_all(expression, '[^\\p{L}\\p{M} ]', '') }}
{%- endmacro %}

{% macro trino__letters_and_blanks(expression) -%}
    {{ covey.regexp_replace_all(expression, '[^\\p{L}\\p{M} ]', '') }}
{%- endmacro %}

{% macro postgres__letters_and_blanks(expression) -%}
    {{ covey.regexp_replace_all(expression, '[^[:alpha:] ]', '') }}
{%- endmacro %}

{% macro redshift__letters_and_blanks(expression) -%}
    {{ covey.regexp_replace_all(expression, '[[:punct:][:digit:]]', '') }}
{%- endmacro %}
