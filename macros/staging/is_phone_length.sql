{#- True where a numbering plan has numbers of that many digits; null without a plan. -#}
{% macro is_phone_length(length, lengths) -%}
    (' ' || {{ lengths }} || ' ') like '% ' || cast({{ length }} as varchar) || ' %'
{%- endmacro %}
