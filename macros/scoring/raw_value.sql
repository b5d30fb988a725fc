{#- What is transformed back to a value in its own unit: the inverse of transformed_value. -#}
{% macro raw_value(value, parameters) -%}
    {%- set exponent = covey.yeo_johnson_exponent(value, parameters) -%}
    case
            when {{ parameters }}log1p = 1
                then sign({{ value }}) * (exp(least(abs({{ value }}), 690)) - 1)
            when {{ parameters }}yeo_johnson is null then {{ value }}
            when {{ exponent }} = 0 then sign({{ value }}) * (exp(least(abs({{ value }}), 690)) - 1)
            else
                sign({{ value }})
                * (
                    exp(least(
                        ln(greatest(1 + {{ exponent }} * abs({{ value }}), 1e-300))
                        / {{ exponent }},
                        690
                    )) - 1
                )
        end
{%- endmacro %}
