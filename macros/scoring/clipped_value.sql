{#- A value, or the one that the model takes for a missing one, between the bounds of the model.
    `parameters` is what the names of the parameters begin with. -#}
{% macro clipped_value(value, parameters) -%}
    least(
                    greatest(coalesce({{ value }}, {{ parameters }}impute), {{ parameters }}clip_lower),
                    {{ parameters }}clip_upper
                )
{%- endmacro %}
