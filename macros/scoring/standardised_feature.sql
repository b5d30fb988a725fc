{#- A feature as the model sees it: missing values imputed, clipped, on the log scale where the model
    says so, centred, scaled and weighted. The log is sign(x) ln(1 + |x|), defined everywhere. A
    feature that the model does not use costs nothing: no row takes a branch that reads it. -#}
{% macro standardised_feature(feature) -%}
    {%- set clipped -%}
        least(
                    greatest(
                        coalesce(feature_matrix.{{ feature }}, models.{{ feature }}__impute),
                        models.{{ feature }}__clip_lower
                    ),
                    models.{{ feature }}__clip_upper
                )
    {%- endset -%}
    case
            when models.{{ feature }}__weight = 0 then 0
            when models.{{ feature }}__log1p = 1
                then (
                    sign({{ clipped }}) * ln(1 + abs({{ clipped }}))
                    - models.{{ feature }}__center
                ) * models.{{ feature }}__weight
            else ({{ clipped }} - models.{{ feature }}__center) * models.{{ feature }}__weight
        end
{%- endmacro %}
