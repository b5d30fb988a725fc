{#- |z|^2, indicators of missing values included where the model has some. -#}
{% macro squared_norm(features) -%}
    0
        {%- for feature in features %}
        + {{ feature }} * {{ feature }}
        {%- endfor %}
        + case
            when has_indicators = 1
                then
                    0
                    {%- for feature in features %}
                    + {{ feature }}__missing * {{ feature }}__missing
                    {%- endfor %}
            else 0
        end
{%- endmacro %}
