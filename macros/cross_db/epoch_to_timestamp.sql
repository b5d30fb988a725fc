{#- The time of a count of seconds since 1970 (per_second: 1), milliseconds (1000) or microseconds. -#}
{% macro epoch_to_timestamp(expression, per_second) %}
    {{ return(adapter.dispatch('epoch_to_timestamp', 'covey')(expression, per_second)) }}
{% endmacro %}

{% macro default__epoch_to_timestamp(expression, per_second) -%}
    to_timestamp({{ expression }} / {{ per_second }})
{%- endmacro %}

{% macro duckdb__epoch_to_timestamp(expression, per_second) -%}
    make_timestamp(cast({{ expression }}{{ ' * ' ~ 1000000 // per_second if per_second < 1000000 }} as bigint))
{%- endmacro %}

{% macro bigquery__epoch_to_timestamp(expression, per_second) -%}
    timestamp_micros(cast({{ expression }} * {{ 1000000 // per_second }} as int64))
{%- endmacro %}

{% macro snowflake__epoch_to_timestamp(expression, per_second) -%}
    to_timestamp_ntz({{ expression }}, {{ {1: 0, 1000: 3, 1000000: 6}[per_second] }})
{%- endmacro %}

{% macro redshift__epoch_to_timestamp(expression, per_second) -%}
    timestamp 'epoch' + {{ expression }} / {{ per_second }}.0 * interval '1 second'
{%- endmacro %}

{% macro spark__epoch_to_timestamp(expression, per_second) -%}
    timestamp_micros(cast({{ expression }} * {{ 1000000 // per_second }} as bigint))
{%- endmacro %}

{% macro trino__epoch_to_timestamp(expression, per_second) -%}
    from_unixtime({{ expression }} / {{ per_second }}.0)
{%- endmacro %}
