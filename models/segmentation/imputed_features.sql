-- One row per segmentation, part of its model and customer who misses a value that is not filled in
-- by one number for all: the values that their group or their other features fill in.
{%- set features = covey.feature_names() %}
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
        part,
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
        part,
        feature,
        {{ covey.feature_place(features) }} as place,
        coalesce({{ covey.parameter_value('impute') }}, 0) as impute,
        coalesce({{ covey.parameter_value('clip_lower') }}, 0) as clip_lower,
        coalesce({{ covey.parameter_value('clip_upper') }}, 0) as clip_upper,
        coalesce({{ covey.parameter_value('log1p') }}, 0) as log1p,
        {{ covey.parameter_value('yeo_johnson') }} as yeo_johnson,
        {{ covey.parameter_value('regression_intercept') }} as intercept,
        {{ covey.parameter_value('regression_lower') }} as lowest,
        {{ covey.parameter_value('regression_upper') }} as highest
    from segment_model_parameters
    group by segmentation, part, feature
),

group_medians as (
    select
        segmentation,
        part,
        feature,
        term,
        value
    from segment_model_parameters
    where parameter = 'group_median'
),

regression_terms as (
    select
        segment_model_parameters.segmentation,
        segment_model_parameters.part,
        segment_model_parameters.feature,
        segment_model_parameters.term,
        feature_parameters.place,
        feature_parameters.impute,
        feature_parameters.clip_lower,
        feature_parameters.clip_upper,
        feature_parameters.log1p,
        feature_parameters.yeo_johnson,
        segment_model_parameters.value as coefficient
    from segment_model_parameters
    inner join feature_parameters
        on
            {{ covey.same_part('segment_model_parameters', 'feature_parameters') }}
            and segment_model_parameters.term = feature_parameters.feature
    where
        segment_model_parameters.parameter = 'regression_coefficient'
        and feature_parameters.place is not null
),

predictors as (
    select
        segmentation,
        part,
        feature,
        {{- covey.regression_terms_pivoted(features) }}
    from regression_terms
    group by segmentation, part, feature
),

regressions as (
    select
        predictors.*,
        feature_parameters.intercept,
        feature_parameters.lowest,
        feature_parameters.highest,
        feature_parameters.log1p,
        feature_parameters.yeo_johnson
    from predictors
    inner join feature_parameters
        on
            {{ covey.same_part('predictors', 'feature_parameters') }}
            and predictors.feature = feature_parameters.feature
),

rules as (
    select distinct
        segmentation,
        part,
        feature
    from group_medians
    union all
    select
        segmentation,
        part,
        feature
    from regressions
),

-- A feature that no such rule is for costs nothing: it joins no row.
missing_values as (
    {%- for feature in features %}
    select
        rules.segmentation,
        rules.part,
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
        missing_values.part,
        missing_values.customer_key,
        missing_values.feature,
        group_medians.value
    from missing_values
    inner join customer_terms
        on missing_values.customer_key = customer_terms.customer_key
    inner join group_medians
        on
            {{ covey.same_part('missing_values', 'group_medians') }}
            and missing_values.feature = group_medians.feature
            and customer_terms.term = group_medians.term
),

features_of_groups as (
    select
        segmentation,
        part,
        customer_key,
        {{- covey.feature_values_pivoted(features) }}
    from values_of_groups
    group by segmentation, part, customer_key
),

customers_to_predict as (
    select
        missing_values.customer_key,
        regressions.*,
        {{- covey.filled_features(features, 'features_of_groups') }}
    from missing_values
    inner join regressions
        on
            {{ covey.same_part('missing_values', 'regressions') }}
            and missing_values.feature = regressions.feature
    inner join feature_matrix
        on missing_values.customer_key = feature_matrix.customer_key
    left join features_of_groups
        on
            {{ covey.same_part('missing_values', 'features_of_groups') }}
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
        part,
        customer_key,
        feature,
        log1p,
        yeo_johnson,
        least(greatest(intercept + regression_sum, lowest), highest) as transformed_value
    from regressed
),

filled_values as (
    select
        segmentation,
        part,
        customer_key,
        feature,
        value
    from values_of_groups
    union all
    select
        segmentation,
        part,
        customer_key,
        feature,
        {{ covey.raw_value('transformed_value', '') }} as value
    from predicted_values
),

final as (
    select
        segmentation,
        part,
        customer_key,
        {{- covey.feature_values_pivoted(features) }}
    from filled_values
    group by segmentation, part, customer_key
)

select * from final
