{#- One parameter of a model as an aggregate over its rows. -#}
{% macro parameter_value(parameter, feature=none, segment=none, term=none) -%}
    max(
            case
                when
                    parameter = '{{ parameter }}'
                    {%- if feature %} and feature = '{{ feature }}'{% endif %}
                    {%- if segment %} and segment_id = '{{ segment }}'{% endif %}
                    {%- if term %} and term = '{{ term }}'{% endif %}
                    then value
            end
        )
{%- endmacro %}
