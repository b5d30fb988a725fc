{#- What the transform of Yeo and Johnson raises 1 + |x| to: null where the model does not use it. -#}
{% macro yeo_johnson_exponent(value, parameters) -%}
    (
                case
                    when {{ value }} >= 0 then {{ parameters }}yeo_johnson
                    else 2 - {{ parameters }}yeo_johnson
                end
            )
{%- endmacro %}
