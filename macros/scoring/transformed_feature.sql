{#- A feature imputed, clipped, and on the log scale where the model says so. A missing value is that
    of `imputed`, the relation of values that were filled in one by one, else the one of the model.
    The log is sign(x) ln(1 + |x|), defined everywhere. -#}
{% macro transformed_feature(feature, imputed) -%}
    {%- set clipped -%}
        least(
                    greatest(
                        coalesce(
                            feature_matrix.{{ feature }},
                            {{ imputed }}.{{ feature }},
                            models.{{ feature }}__impute
                        ),
                        models.{{ feature }}__clip_lower
                    ),
                    models.{{ feature }}__clip_upper
                )
    {%- endset -%}
    case
            when models.{{ feature }}__log1p = 1
                then sign({{ clipped }}) * ln(1 + abs({{ clipped }}))
            else {{ clipped }}
        end
{%- endmacro %}
