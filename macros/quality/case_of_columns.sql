{#- Of a row with one column per name the one that described.column_name says: wide figures made long. -#}
{% macro case_of_columns(names, relation, suffix) -%}
    {%- if names -%}
    case described.column_name
            {%- for name in names %}
            when '{{ name }}' then {{ relation }}.{{ name }}{{ suffix }}
            {%- endfor %}
        end
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}
