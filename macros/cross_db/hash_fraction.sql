{#- A number in [0, 1) that depends on nothing but the text: the first 32 bits of its MD5. -#}
{% macro hash_fraction(expression) %}
    {{ return(adapter.dispatch('hash_fraction', 'covey')(expression)) }}
{% endmacro %}

{% macro default__hash_fraction(expression) -%}
    (conv(substr(md5({{ expression }}), 1, 8), 16, 10) / 4294967296.0)
{%- endmacro %}

{% macro duckdb__hash_fraction(expression) -%}
    (cast('0x' || substr(md5({{ expression }}), 1, 8) as bigint) / 4294967296.0)
{%- endmacro %}

{% macro snowflake__hash_fraction(expression) -%}
    (to_number(substr(md5({{ expression }}), 1, 8), 'XXXXXXXX') / 4294967296.0)
{%- endmacro %}

{% macro postgres__hash_fraction(expression) -%}
    (('x' || substr(md5({{ expression }}), 1, 8))::bit(32)::bigint / 4294967296.0)
{%- endmacro %}

{% macro redshift__hash_fraction(expression) -%}
    (strtol(substring(md5({{ expression }}), 1, 8), 16) / 4294967296.0)
{%- endmacro %}

{% macro bigquery__hash_fraction(expression) -%}
    (cast(concat('0x', substr(to_hex(md5({{ expression }})), 1, 8)) as int64) / 4294967296.0)
{%- endmacro %}
