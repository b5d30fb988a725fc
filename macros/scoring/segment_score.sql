{#- z . c - |c|^2 / 2: the higher, the nearer the centroid; the term |z|^2 is common to all. A segment
    that the model does not have costs nothing, nor do indicators of missing values that it does not
    have: no row takes the branch that adds up. -#}
{% macro segment_score(features, segment) -%}
    case
            when intercept_{{ segment }} > -1e299
                then
                    intercept_{{ segment }}
                    {%- for feature in features %}
                    + {{ feature }} * {{ feature }}__centroid_{{ segment }}
                    {%- endfor %}
                    + case
                        when has_indicators = 1
                            then
                                0
                                {%- for feature in features %}
                                + {{ feature }}__missing
                                * {{ feature }}__missing__centroid_{{ segment }}
                                {%- endfor %}
                        else 0
                    end
            else -1e300
        end
{%- endmacro %}
