-- One row per segmentation and customer who misses a value that is not filled in by one number for
-- all: the values that their group or their other features fill in, and what the indicators of
-- missing values add to the scores of the segments.
{%- set features = covey.feature_names() %}
{%- set segments = range(1, var('covey_max_segments') + 1) | list %}
with feature_matrix as (
    select *
    from {{ ref('feature_matrix') }}
),

customer_groups as (
    select *
    from {{ ref('customer_groups') }}
),

segment_model_parameters as (
    select
        segmentation,
        parameter,
        feature,
        segment_id,
        term,
        value
    from {{ ref('segment_model_parameters') }}
),

feature_parameters as (
    select
        segmentation,
        feature,
        {{ covey.feature_place(features) }} as place,
        coalesce({{ covey.parameter_value('impute') }}, 0) as impute,
        coalesce({{ covey.parameter_value('clip_lower') }}, 0) as clip_lower,
        coalesce({{ covey.parameter_value('clip_upper') }}, 0) as clip_upper,
        coalesce({{ covey.parameter_value('log1p') }}, 0) as log1p,
        {{ covey.parameter_value('regression_intercept') }} as intercept,
        {{ covey.parameter_value('regression_lower') }} as lowest,
        {{ covey.parameter_value('regression_upper') }} as highest
    from segment_model_parameters
    group by segmentation, feature
),

group_medians as (
    select
        segmentation,
        feature,
        term,
        value
    from segment_model_parameters
    where parameter = 'group_median'
),

regression_terms as (
    select
        segment_model_parameters.segmentation,
        segment_model_parameters.feature,
        segment_model_parameters.term,
        feature_parameters.place,
        feature_parameters.impute,
        feature_parameters.clip_lower,
        feature_parameters.clip_upper,
        feature_parameters.log1p,
        segment_model_parameters.value as coefficient
    from segment_model_parameters
    inner join feature_parameters
        on
            segment_model_parameters.segmentation = feature_parameters.segmentation
            and segment_model_parameters.term = feature_parameters.feature
    where
        segment_model_parameters.parameter = 'regression_coefficient'
        and feature_parameters.place is not null
),

predictors as (
    select
        segmentation,
        feature,
        {{- covey.regression_terms_pivoted(features) }}
    from regression_terms
    group by segmentation, feature
),

regressions as (
    select
        predictors.*,
        feature_parameters.intercept,
        feature_parameters.lowest,
        feature_parameters.highest,
        feature_parameters.log1p
    from predictors
    inner join feature_parameters
        on
            predictors.segmentation = feature_parameters.segmentation
            and predictors.feature = feature_parameters.feature
),

-- An indicator is 0 or weight / scale: what it adds where it is not 0.
indicators as (
    select
        segmentation,
        replace(feature, '__missing', '') as feature,
        {{ covey.parameter_value('weight') }} / {{ covey.parameter_value('scale') }} as indicator
    from segment_model_parameters
    where {{ dbt.right('feature', 9) }} = '__missing'
    group by segmentation, feature
),

indicator_terms as (
    select
        indicators.segmentation,
        indicators.feature,
        segment_model_parameters.segment_id,
        indicators.indicator * segment_model_parameters.value as value
    from indicators
    inner join segment_model_parameters
        on
            indicators.segmentation = segment_model_parameters.segmentation
            and {{ dbt.concat(['indicators.feature', "'__missing'"]) }}
            = segment_model_parameters.feature
    where segment_model_parameters.parameter = 'centroid'
    union all
    select
        segmentation,
        feature,
        '|z|^2' as segment_id,
        indicator * indicator as value
    from indicators
),

rules as (
    select
        segmentation,
        feature
    from group_medians
    union
    select
        segmentation,
        feature
    from regressions
    union
    select
        segmentation,
        feature
    from indicators
),

-- A feature that no such rule is for costs nothing: it joins no row.
missing_values as (
    {%- for feature in features %}
    select
        rules.segmentation,
        rules.feature,
        feature_matrix.customer_key
    from feature_matrix
    inner join rules
        on rules.feature = '{{ feature }}'
    where feature_matrix.{{ feature }} is null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

customer_terms as (
    {%- for group in covey.group_names() %}
    select
        customer_key,
        {{ dbt.concat(["'" ~ group ~ "='", group]) }} as term
    from customer_groups
    where {{ group }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

values_of_groups as (
    select
        missing_values.segmentation,
        missing_values.customer_key,
        missing_values.feature,
        group_medians.value
    from missing_values
    inner join customer_terms
        on missing_values.customer_key = customer_terms.customer_key
    inner join group_medians
        on
            missing_values.segmentation = group_medians.segmentation
            and missing_values.feature = group_medians.feature
            and customer_terms.term = group_medians.term
),

features_of_groups as (
    select
        segmentation,
        customer_key,
        {{- covey.feature_values_pivoted(features) }}
    from values_of_groups
    group by segmentation, customer_key
),

customers_to_predict as (
    select
        missing_values.customer_key,
        regressions.*,
        {{- covey.filled_features(features, 'features_of_groups') }}
    from missing_values
    inner join regressions
        on
            missing_values.segmentation = regressions.segmentation
            and missing_values.feature = regressions.feature
    inner join feature_matrix
        on missing_values.customer_key = feature_matrix.customer_key
    left join features_of_groups
        on
            missing_values.segmentation = features_of_groups.segmentation
            and missing_values.customer_key = features_of_groups.customer_key
),

regressed as (
    select
        *,
        {{ covey.regression_sum(features) }} as regression_sum
    from customers_to_predict
),

predicted_values as (
    select
        segmentation,
        customer_key,
        feature,
        log1p,
        least(greatest(intercept + regression_sum, lowest), highest) as transformed_value
    from regressed
),

filled_values as (
    select
        segmentation,
        customer_key,
        feature,
        value
    from values_of_groups
    union all
    select
        segmentation,
        customer_key,
        feature,
        case
            when log1p = 1 then sign(transformed_value) * (exp(abs(transformed_value)) - 1)
            else transformed_value
        end as value
    from predicted_values
),

indicated_values as (
    select
        missing_values.segmentation,
        missing_values.customer_key,
        indicator_terms.segment_id,
        indicator_terms.value
    from missing_values
    inner join indicator_terms
        on
            missing_values.segmentation = indicator_terms.segmentation
            and missing_values.feature = indicator_terms.feature
),

all_values as (
    select
        segmentation,
        customer_key,
        feature,
        '(none)' as segment_id,
        value
    from filled_values
    union all
    select
        segmentation,
        customer_key,
        '(none)' as feature,
        segment_id,
        value
    from indicated_values
),

final as (
    select
        segmentation,
        customer_key,
        {%- for segment in segments %}
        {{ covey.exact_sum("case when segment_id = '" ~ segment ~ "' then value else 0 end") }}
            as indicator_score_{{ segment }},
        {%- endfor %}
        {{ covey.exact_sum("case when segment_id = '|z|^2' then value else 0 end") }}
            as indicator_squared_norm,
        {{- covey.feature_values_pivoted(features) }}
    from all_values
    group by segmentation, customer_key
)

select * from final
