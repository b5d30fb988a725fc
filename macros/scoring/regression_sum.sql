{#- What the predictors of a regression add to its intercept: each imputed, clipped, on the log scale
    where the model says so, times its coefficient. -#}
{% macro regression_sum(features) %}
    {{- return(adapter.dispatch('regression_sum', 'covey')(features)) -}}
{% endmacro %}

{% macro default__regression_sum(features) -%}
    {%- for feature in features %}
        {%- set clipped = covey.clipped_value(feature ~ '__filled', feature ~ '__') %}
                {{ '+ ' if not loop.first }}{{ feature }}__coefficient
                * {{ covey.transformed_value(clipped, feature ~ '__') }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__regression_sum(features) -%}
    list_sum([
            clipped.coefficient
            * {{ covey.transformed_value('clipped.value', 'clipped.') }}
            for clipped in [
                struct_pack(
                    value := {{ covey.clipped_value('filled_features[term.place]', 'term.') }},
                    log1p := term.log1p,
                    yeo_johnson := term.yeo_johnson,
                    coefficient := term.coefficient
                )
                for term in terms
            ]
        ])
{%- endmacro %}
