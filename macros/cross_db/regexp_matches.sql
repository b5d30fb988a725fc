{#- True where a text holds a match of a pattern (POSIX extended, no backslashes: they differ). -#}
{% macro regexp_matches(expression, pattern) %}
    {{ return(adapter.dispatch('regexp_matches', 'covey')(expression, pattern)) }}
{% endmacro %}

{% macro default__regexp_matches(expression, pattern) -%}
    regexp_like({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro duckdb__regexp_matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro bigquery__regexp_matches(expression, pattern) -%}
    regexp_contains({{ expression }}, r'{{ pattern }}')
{%- endmacro %}

{% macro snowflake__regexp_matches(expression, pattern) -%}
    regexp_instr({{ expression }}, '{{ pattern }}') > 0
{%- endmacro %}

{% macro postgres__regexp_matches(expression, pattern) -%}
    {{ expression }} ~ '{{ pattern }}'
{%- endmacro %}

{% macro redshift__regexp_matches(expression, pattern) -%}
    {{ expression }} ~ '{{ pattern }}'
{%- endmacro %}

{% macro spark__regexp_matches(expression, pattern) -%}
    {{ expression }} rlike '{{ pattern }}'
{%- endmacro %}
