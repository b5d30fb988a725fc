{#- The predictors of a regression as columns of one row, from one row a predictor.
    Default: <feature>__<parameter>, 0 where it is none; DuckDB: `terms`, a list of those it has. -#}
{% macro regression_terms_pivoted(features) %}
    {{- return(adapter.dispatch('regression_terms_pivoted', 'covey')(features)) -}}
{% endmacro %}

{% macro default__regression_terms_pivoted(features) %}
    {%- for feature in features %}
        {%- for parameter in ['impute', 'clip_lower', 'clip_upper', 'log1p', 'coefficient'] %}
        coalesce(max(case when term = '{{ feature }}' then {{ parameter }} end), 0)
            as {{ feature }}__{{ parameter }}
            {{- ',' if not loop.last }}
        {%- endfor %},
        max(case when term = '{{ feature }}' then yeo_johnson end) as {{ feature }}__yeo_johnson
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__regression_terms_pivoted(features) %}
        list(
            struct_pack(
                place := place,
                impute := impute,
                clip_lower := clip_lower,
                clip_upper := clip_upper,
                log1p := log1p,
                yeo_johnson := yeo_johnson,
                coefficient := coefficient
            )
            order by place
        ) as terms
{%- endmacro %}
