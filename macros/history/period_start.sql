{#- The first day of the period (covey_period) that a date lies in. -#}
{% macro period_start(date) -%}
    {%- set period = covey.setting('covey_period') -%}
    {%- if period not in ['day', 'week', 'month'] -%}
        {{ exceptions.raise_compiler_error(
            'covey_period must be day, week or month, and is ' ~ period
        ) }}
    {%- endif -%}
    cast({{ dbt.date_trunc(period, date) }} as date)
{%- endmacro %}
