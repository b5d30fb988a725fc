{#- A value on the scale of the model: sign(x) ln(1 + |x|) where log1p is 1; where there is a lambda of
    Yeo and Johnson (2000), 1 + |x| raised to it, or to 2 less it below 0; else as it is.
    `parameters` is what the names of the parameters begin with. -#}
{% macro transformed_value(value, parameters) -%}
    {%- set logarithm = 'ln(1 + abs(' ~ value ~ '))' -%}
    {%- set exponent = covey.yeo_johnson_exponent(value, parameters) -%}
    case
                when {{ parameters }}log1p = 1 then sign({{ value }}) * {{ logarithm }}
                when {{ parameters }}yeo_johnson is null then {{ value }}
                when {{ exponent }} = 0 then sign({{ value }}) * {{ logarithm }}
                else
                    sign({{ value }})
                    * (exp(least({{ exponent }} * {{ logarithm }}, 690)) - 1)
                    / {{ exponent }}
            end
{%- endmacro %}
