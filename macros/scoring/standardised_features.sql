{#- The features as the model sees them: imputed, clipped, on the log scale where the model says so,
    centred, scaled and weighted. As columns of their names, 0 for those that the model does not use;
    on DuckDB as one list of those that it uses. -#}
{% macro standardised_features(features) %}
    {{- return(adapter.dispatch('standardised_features', 'covey')(features)) -}}
{% endmacro %}

{% macro default__standardised_features(features) %}
    {%- for feature in features %}
        {%- set clipped = covey.clipped_value(feature ~ '__filled', feature ~ '__') %}
        case
            when {{ feature }}__weight = 0 then 0
            else (
                {{ covey.logged_value(clipped, feature ~ '__log1p') }}
                - {{ feature }}__center
            ) * {{ feature }}__weight
        end as {{ feature }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__standardised_features(features) %}
        [
            (
                {{ covey.logged_value('clipped.value', 'clipped.log1p') }}
                - clipped.center
            ) * clipped.weight
            for clipped in [
                struct_pack(
                    value := {{ covey.clipped_value('filled_features[feature.place]', 'feature.') }},
                    log1p := feature.log1p,
                    center := feature.center,
                    weight := feature.weight
                )
                for feature in features
            ]
        ] as standardised_features,
        [
            {{ covey.high_part('standardised') }} for standardised in standardised_features
        ] as standardised_high,
        [
            standardised - ({{ covey.high_part('standardised') }})
            for standardised in standardised_features
        ] as standardised_low
{%- endmacro %}
