{#- A value on the scale of the model: sign(x) ln(1 + |x|) where log1p is 1, the power transform of
    Yeo and Johnson (2000) where it has a lambda, else as it is. -#}
{% macro transformed_value(value, parameters) -%}
    {%- set power = parameters ~ 'yeo_johnson' -%}
    case
                when {{ parameters }}log1p = 1 then sign({{ value }}) * ln(1 + abs({{ value }}))
                when {{ power }} is null then {{ value }}
                when {{ value }} >= 0 and {{ power }} = 0 then ln(1 + {{ value }})
                when {{ value }} >= 0 then (power(1 + {{ value }}, {{ power }}) - 1) / {{ power }}
                when {{ power }} = 2 then -ln(1 - {{ value }})
                else -(power(1 - {{ value }}, 2 - {{ power }}) - 1) / (2 - {{ power }})
            end
{%- endmacro %}
