{#- The number of a feature among those of the project, null for what is none of them. -#}
{% macro feature_place(features, column='feature') -%}
    case {{ column }}
            {%- for feature in features %}
            when '{{ feature }}' then {{ loop.index }}
            {%- endfor %}
        end
{%- endmacro %}
