{#- One parameter of a model as an aggregate over its rows. -#}
{% macro parameter_value(parameter, segment=none) -%}
    max(
            case
                when parameter = '{{ parameter }}'
                {%- if segment %} and segment_id = '{{ segment }}'{% endif %} then value
            end
        )
{%- endmacro %}
