{#- One parameter of a model of lifetime value as an aggregate over its valid rows; null where the
    model is not valid. -#}
{% macro lifetime_parameter(parameter, model=none) -%}
    max(
            case
                when
                    parameter = '{{ parameter }}'
                    {%- if model %} and model = '{{ model }}'{% endif %}
                    and is_valid
                    then value
            end
        )
{%- endmacro %}
