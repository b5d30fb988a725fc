{#- How many counts make a second where whole numbers are times since 1970 (after 2001), else none. -#}
{% macro doctor_epoch(fact) %}
    {%- if fact.family not in ('integer', 'number') or fact.lowest is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set lowest = fact.lowest | float -%}
    {%- for per_second in [1, 1000, 1000000] if 1e9 * per_second <= lowest < 4e9 * per_second -%}
        {{ return(per_second) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}
