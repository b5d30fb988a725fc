{#- The text of the first condition that holds, of [condition, text] pairs; else null. -#}
{% macro first_case(cases) -%}
    {%- if cases -%}
    case
                {%- for condition, text in cases %}
                when {{ condition }} then '{{ text }}'
                {%- endfor %}
            end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
