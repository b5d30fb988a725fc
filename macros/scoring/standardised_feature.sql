{#- A feature as the model sees it: missing values imputed, clipped, on the log scale where the model
    says so, centred, scaled and weighted. A feature that the model does not use costs nothing: no
    row takes a branch that reads it. -#}
{% macro standardised_feature(feature) -%}
    case
            when models.{{ feature }}__weight = 0 then 0
            else (
                {{ covey.transformed_feature(feature, 'imputed_features') }}
                - models.{{ feature }}__center
            ) * models.{{ feature }}__weight
        end
{%- endmacro %}
