{#- What is transformed back to a value in its own unit: the inverse of transformed_value. -#}
{% macro raw_value(value, parameters) -%}
    {%- set power = parameters ~ 'yeo_johnson' -%}
    case
            when {{ parameters }}log1p = 1 then sign({{ value }}) * (exp(abs({{ value }})) - 1)
            when {{ power }} is null then {{ value }}
            when {{ value }} >= 0 and {{ power }} = 0 then exp({{ value }}) - 1
            when {{ value }} >= 0 then power({{ power }} * {{ value }} + 1, 1 / {{ power }}) - 1
            when {{ power }} = 2 then 1 - exp(-{{ value }})
            else 1 - power(1 - (2 - {{ power }}) * {{ value }}, 1 / (2 - {{ power }}))
        end
{%- endmacro %}
