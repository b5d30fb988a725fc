{#- A value on the log scale where the model says so: sign(x) ln(1 + |x|), defined everywhere. -#}
{% macro logged_value(value, log1p) -%}
    case
                    when {{ log1p }} = 1
                        then sign({{ value }}) * ln(1 + abs({{ value }}))
                    else {{ value }}
                end
{%- endmacro %}
