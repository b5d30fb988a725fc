{#- One parameter of a model as an aggregate over its rows. -#}
{% macro parameter_value(parameter, feature=none, segment=none) -%}
    max(
            case
                when
                    parameter = '{{ parameter }}'
                    {%- if feature %} and feature = '{{ feature }}'{% endif %}
                    {%- if segment %} and segment_id = '{{ segment }}'{% endif %}
                    then value
            end
        )
{%- endmacro %}
