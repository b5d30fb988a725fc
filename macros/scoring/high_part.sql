{#- The upper half of the digits of a number (Dekker 1971), what is left of it being the lower half.
    The product of two halves is exact. So their sum does not depend on whether an engine rounds
    products before it adds them, as DuckDB 1.5 does, or not, as DuckDB 2.0 does. -#}
{% macro high_part(value) -%}
    {{ value }} * 134217729 - ({{ value }} * 134217729 - {{ value }})
{%- endmacro %}
