{#- The value of one parameter of an event in Google Analytics 4's export. -#}
{% macro ga4_parameter(key, value='string_value') %}
    {{ return(adapter.dispatch('ga4_parameter', 'covey')(key, value)) }}
{% endmacro %}

{% macro default__ga4_parameter(key, value='string_value') -%}
    (select value.{{ value }} from unnest(event_params) where key = '{{ key }}')
{%- endmacro %}

{% macro duckdb__ga4_parameter(key, value='string_value') -%}
    list_filter(event_params, lambda param: param.key = '{{ key }}')[1].value.{{ value }}
{%- endmacro %}
