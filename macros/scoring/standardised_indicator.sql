{#- 1 where a feature is missing, else 0, as the model sees it: centred, scaled and weighted. -#}
{% macro standardised_indicator(feature) -%}
    case
            when models.{{ feature }}__missing__weight = 0 then 0
            else (
                case when feature_matrix.{{ feature }} is null then 1 else 0 end
                - models.{{ feature }}__missing__center
            ) * models.{{ feature }}__missing__weight
        end
{%- endmacro %}
