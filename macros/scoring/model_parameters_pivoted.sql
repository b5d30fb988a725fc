{#- The parameter rows of a model as columns of one row: <feature>__<parameter>,
    <feature>__centroid_<segment> and intercept_<segment>; the same of <feature>__missing, the
    indicator that a value is missing. A feature or indicator that the model does not use gets the
    weight 0, a segment that it does not have a score that never wins, so that one statement serves
    every model. -#}
{% macro model_parameters_pivoted(features, max_segments) %}
        {%- for feature in features %}
        {%- for parameter in ['impute', 'clip_lower', 'clip_upper', 'log1p'] %}
        coalesce({{ covey.parameter_value(parameter, feature) }}, 0) as {{ feature }}__{{ parameter }},
        {%- endfor %}
        {%- for name in [feature, feature ~ '__missing'] %}
        coalesce({{ covey.parameter_value('center', name) }}, 0) as {{ name }}__center,
        coalesce(
            {{ covey.parameter_value('weight', name) }}
            / {{ covey.parameter_value('scale', name) }},
            0
        ) as {{ name }}__weight,
        {%- for segment in range(1, max_segments + 1) %}
        coalesce({{ covey.parameter_value('centroid', name, segment) }}, 0)
            as {{ name }}__centroid_{{ segment }},
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
        {%- for segment in range(1, max_segments + 1) %}
        coalesce({{ covey.parameter_value('intercept', none, segment) }}, -1e300)
            as intercept_{{ segment }},
        {%- endfor %}
        max(case when {{ dbt.right('feature', 9) }} = '__missing' then 1 else 0 end)
            as has_indicators,
        {{ covey.parameter_value('variance') }} as variance,
        {{ covey.parameter_value('outlier_distance') }} as outlier_distance
{%- endmacro %}
