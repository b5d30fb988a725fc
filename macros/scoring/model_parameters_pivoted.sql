{#- The parameters of a model's features as columns of one row, from one row a feature. A feature that
    the model does not use costs nothing, so that one statement serves every model.
    Default: <feature>__<parameter> and <feature>__centroid_<segment>, 0 where there is none.
    DuckDB: `features`, a list of what is done to those in use, and lists in the same order of the high
    and low parts of each centroid: features plus segments are fewer columns than features by segments. -#}
{% macro model_parameters_pivoted(features, segments) %}
    {{- return(adapter.dispatch('model_parameters_pivoted', 'covey')(features, segments)) -}}
{% endmacro %}

{% macro default__model_parameters_pivoted(features, segments) %}
    {%- set parameters = ['impute', 'clip_lower', 'clip_upper', 'log1p', 'center', 'weight'] %}
    {%- for segment in segments %}
        {%- do parameters.append('centroid_' ~ segment) %}
    {%- endfor %}
    {%- for feature in features %}
        {%- for parameter in parameters %}
        coalesce(max(case when feature = '{{ feature }}' then {{ parameter }} end), 0)
            as {{ feature }}__{{ parameter }}
            {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__model_parameters_pivoted(features, segments) %}
        coalesce(
            list(
                struct_pack(
                    place := place,
                    impute := impute,
                    clip_lower := clip_lower,
                    clip_upper := clip_upper,
                    log1p := log1p,
                    center := center,
                    weight := weight
                )
                order by place
            ) filter (where place is not null),
            []
        ) as features
        {%- for segment in segments %}
            {%- set centroid = 'centroid_' ~ segment %}
            {%- set high = covey.high_part(centroid) %}
            {%- for part, value in [('high', high), ('low', centroid ~ ' - (' ~ high ~ ')')] %},
        coalesce(
            list({{ value }} order by place) filter (where place is not null),
            []
        ) as {{ centroid }}_{{ part }}
            {%- endfor %}
        {%- endfor %}
{%- endmacro %}
