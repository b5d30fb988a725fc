{#- A 64-bit float; dbt.type_float() has 32 bits on DuckDB and Spark. -#}
{% macro type_double() %}
    {{ return(adapter.dispatch('type_double', 'covey')()) }}
{% endmacro %}

{% macro default__type_double() -%}
    double
{%- endmacro %}

{% macro bigquery__type_double() -%}
    float64
{%- endmacro %}

{% macro postgres__type_double() -%}
    double precision
{%- endmacro %}

{% macro redshift__type_double() -%}
    double precision
{%- endmacro %}

{% macro snowflake__type_double() -%}
    double
{%- endmacro %}
