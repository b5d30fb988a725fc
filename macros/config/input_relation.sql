{#- The relation an input is read from: the mapped one, the bundled data when covey runs by itself,
    or none when the input is absent. -#}
{% macro input_relation(input) %}
    {%- set mapped = var('covey_' ~ input ~ '_relation', none) -%}
    {%- if mapped -%}
        {{ return(mapped) }}
    {%- elif covey.is_demo() -%}
        {{ return(source('covey_demo', input)) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}
