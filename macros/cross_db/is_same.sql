{#- Equal, where two nulls are equal too. -#}
{% macro is_same(left, right) -%}
    ({{ left }} = {{ right }} or ({{ left }} is null and {{ right }} is null))
{%- endmacro %}
