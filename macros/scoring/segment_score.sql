{#- z . c - |c|^2 / 2: the higher, the nearer the centroid; the term |z|^2 is common to all. What the
    indicators of missing values add to z . c comes ready from imputed_features. A segment that the
    model does not have costs nothing: no row takes the branch that adds up. -#}
{% macro segment_score(features, segment) -%}
    case
            when intercept_{{ segment }} > -1e299
                then
                    intercept_{{ segment }} + indicator_score_{{ segment }}
                    + {{ covey.inner_product(features, segment) }}
            else -1e300
        end
{%- endmacro %}
