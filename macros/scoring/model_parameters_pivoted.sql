{#- The parameter rows of a model as columns of one row: <feature>__<parameter>,
    <feature>__centroid_<segment> and intercept_<segment>. A feature that the model does not use
    gets the weight 0, a segment that it does not have a score that never wins, so that one
    statement serves every model. -#}
{% macro model_parameters_pivoted(features, max_segments) %}
        {%- for feature in features %}
        {%- for parameter in ['impute', 'clip_lower', 'clip_upper', 'log1p', 'center'] %}
        coalesce({{ covey.parameter_value(parameter, feature) }}, 0) as {{ feature }}__{{ parameter }},
        {%- endfor %}
        coalesce(
            {{ covey.parameter_value('weight', feature) }}
            / {{ covey.parameter_value('scale', feature) }},
            0
        ) as {{ feature }}__weight,
        {%- for segment in range(1, max_segments + 1) %}
        coalesce({{ covey.parameter_value('centroid', feature, segment) }}, 0)
            as {{ feature }}__centroid_{{ segment }},
        {%- endfor %}
        {%- endfor %}
        {%- for segment in range(1, max_segments + 1) %}
        coalesce({{ covey.parameter_value('intercept', none, segment) }}, -1e300)
            as intercept_{{ segment }},
        {%- endfor %}
        {{ covey.parameter_value('variance') }} as variance,
        {{ covey.parameter_value('outlier_distance') }} as outlier_distance
{%- endmacro %}
