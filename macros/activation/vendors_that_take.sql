{#- The vendors that take lists, or profiles. -#}
{% macro vendors_that_take(what) %}
    {%- set found = [] -%}
    {%- for vendor, known in covey.destination_vendors().items() if known.takes == what -%}
        {%- do found.append(vendor) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
