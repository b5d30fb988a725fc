-- One row per segmentation, customer and as-of date: the segment, from the parameter rows alone.
{%- set features = covey.feature_names() %}
{%- set segments = range(1, covey.setting('covey_max_segments') + 1) | list %}
with feature_matrix as (
    select *
    from {{ ref('feature_matrix') }}
),

segment_model_parameters as (
    select
        segmentation,
        model_id,
        parameter,
        feature,
        segment_id,
        value
    from {{ ref('segment_model_parameters') }}
),

imputed_features as (
    select *
    from {{ ref('imputed_features') }}
),

feature_parameters as (
    select
        segmentation,
        model_id,
        {{ covey.feature_place(features) }} as place,
        feature,
        coalesce({{ covey.parameter_value('impute') }}, 0) as impute,
        coalesce({{ covey.parameter_value('clip_lower') }}, 0) as clip_lower,
        coalesce({{ covey.parameter_value('clip_upper') }}, 0) as clip_upper,
        coalesce({{ covey.parameter_value('log1p') }}, 0) as log1p,
        coalesce({{ covey.parameter_value('center') }}, 0) as center,
        coalesce({{ covey.parameter_value('weight') }} / {{ covey.parameter_value('scale') }}, 0)
            as weight,
        {%- for segment in segments %}
        coalesce({{ covey.parameter_value('centroid', segment=segment) }}, 0)
            as centroid_{{ segment }},
        {{ covey.parameter_value('intercept', segment=segment) }} as intercept_{{ segment }},
        {%- endfor %}
        {{ covey.parameter_value('variance') }} as variance,
        {{ covey.parameter_value('outlier_distance') }} as outlier_distance
    from segment_model_parameters
    group by segmentation, model_id, feature
),

models as (
    select
        segmentation,
        model_id,
        max(variance) as variance,
        max(outlier_distance) as outlier_distance,
        {%- for segment in segments %}
        coalesce(max(intercept_{{ segment }}), -1e300) as intercept_{{ segment }},
        {%- endfor %}
        {{- covey.model_parameters_pivoted(features, segments) }}
    from feature_parameters
    group by segmentation, model_id
),

filled as (
    select
        feature_matrix.customer_key,
        feature_matrix.as_of_date,
        {{- covey.filled_features(features, 'imputed_features') }},
        {%- for segment in segments %}
        coalesce(imputed_features.indicator_score_{{ segment }}, 0)
            as indicator_score_{{ segment }},
        {%- endfor %}
        coalesce(imputed_features.indicator_squared_norm, 0) as indicator_squared_norm,
        models.*
    from feature_matrix
    cross join models
    left join imputed_features
        on
            models.segmentation = imputed_features.segmentation
            and feature_matrix.customer_key = imputed_features.customer_key
),

standardised as (
    select
        *,
        {{- covey.standardised_features(features) }}
    from filled
),

scored as (
    select
        segmentation,
        customer_key,
        model_id,
        as_of_date,
        variance,
        outlier_distance,
        {%- for segment in segments %}
        {{ covey.segment_score(features, segment) }} as score_{{ segment }},
        {%- endfor %}
        indicator_squared_norm + {{ covey.inner_product(features) }} as squared_norm
    from standardised
),

best_scored as (
    select
        *,
        greatest(
            {%- for segment in segments %}
            score_{{ segment }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as best_score
    from scored
),

assigned as (
    select
        *,
        case
            {%- for segment in segments %}
            when score_{{ segment }} = best_score then {{ segment }}
            {%- endfor %}
        end as segment_number
    from best_scored
),

compared as (
    select
        *,
        sqrt(greatest(squared_norm - 2 * best_score, 0)) as distance,
        greatest(
            {%- for segment in segments %}
            case when segment_number = {{ segment }} then -1e300 else score_{{ segment }} end
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) as next_score,
        {%- for segment in segments %}
        {{ '+ ' if not loop.first }}exp((score_{{ segment }} - best_score) / nullif(variance, 0))
        {%- endfor %} as likelihood_ratio_sum
    from assigned
),

final as (
    select
        segmentation,
        customer_key,
        cast(segment_number as {{ dbt.type_string() }}) as segment_id,
        model_id,
        cast(coalesce(1.0 / likelihood_ratio_sum, 1.0) as {{ covey.type_double() }}) as probability,
        cast(distance as {{ covey.type_double() }}) as distance,
        -- No margin where there is no second segment.
        cast(
            case
                when next_score > -1e299
                    then sqrt(greatest(squared_norm - 2 * next_score, 0)) - distance
            end as {{ covey.type_double() }}
        ) as margin,
        coalesce(distance > outlier_distance, false) as is_outlier,
        as_of_date
    from compared
)

select * from final
