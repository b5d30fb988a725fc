{#- The high and low parts of a list of DuckDB as two lists, <name>_high and <name>_low. -#}
{% macro halves_of_list(name) -%}
    {%- set high = covey.high_part('number') -%}
    [{{ high }} for number in {{ name }}] as {{ name }}_high,
        [number - ({{ high }}) for number in {{ name }}] as {{ name }}_low
{%- endmacro %}
