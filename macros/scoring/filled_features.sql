{#- The features of a customer, missing ones as `imputed` fills them in, a relation of values that were
    filled in one by one: columns <feature>__filled; on DuckDB one list in the order of the features. -#}
{% macro filled_features(features, imputed) %}
    {{- return(adapter.dispatch('filled_features', 'covey')(features, imputed)) -}}
{% endmacro %}

{% macro default__filled_features(features, imputed) %}
    {%- for feature in features %}
        coalesce(feature_matrix.{{ feature }}, {{ imputed }}.{{ feature }}) as {{ feature }}__filled
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__filled_features(features, imputed) %}
        [
            {%- for feature in features %}
            coalesce(feature_matrix.{{ feature }}, {{ imputed }}.{{ feature }})
            {{- ',' if not loop.last }}
            {%- endfor %}
        ] as filled_features
{%- endmacro %}
