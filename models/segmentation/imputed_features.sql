-- One row per segmentation and customer who misses a value that their group or their other features
-- fill in: those values, and null for all that need no filling, or are filled by one number for all.
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
        parameter,
        feature,
        term,
        value
    from {{ ref('segment_model_parameters') }}
),

models as (
    select
        {%- for feature in features %}
        {%- for parameter in ['impute', 'clip_lower', 'clip_upper', 'log1p'] %}
        coalesce({{ covey.parameter_value(parameter, feature) }}, 0) as {{ feature }}__{{ parameter }},
        {%- endfor %}
        {%- endfor %}
        segmentation
    from segment_model_parameters
    group by segmentation
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

regressions as (
    select
        segmentation,
        feature,
        {%- for predictor in features %}
        coalesce({{ covey.parameter_value('regression_coefficient', term=predictor) }}, 0)
            as {{ predictor }}__coefficient,
        {%- endfor %}
        {{ covey.parameter_value('regression_intercept') }} as intercept,
        {{ covey.parameter_value('regression_lower') }} as lowest,
        {{ covey.parameter_value('regression_upper') }} as highest,
        {{ covey.parameter_value('log1p') }} as log1p
    from segment_model_parameters
    group by segmentation, feature
    having {{ covey.parameter_value('regression_intercept') }} is not null
),

filled_features as (
    select
        segmentation,
        feature
    from group_medians
    union
    select
        segmentation,
        feature
    from regressions
),

-- A feature that is not filled this way costs nothing: it joins no row.
missing_values as (
    {%- for feature in features %}
    select
        filled_features.segmentation,
        filled_features.feature,
        feature_matrix.customer_key
    from feature_matrix
    inner join filled_features
        on filled_features.feature = '{{ feature }}'
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

predicted_values as (
    select
        missing_values.segmentation,
        missing_values.customer_key,
        missing_values.feature,
        regressions.log1p,
        least(
            greatest(
                regressions.intercept
                {%- for feature in features %}
                + regressions.{{ feature }}__coefficient
                * {{ covey.transformed_feature(feature, 'features_of_groups') }}
                {%- endfor %},
                regressions.lowest
            ),
            regressions.highest
        ) as transformed_value
    from missing_values
    inner join regressions
        on
            missing_values.segmentation = regressions.segmentation
            and missing_values.feature = regressions.feature
    inner join models
        on missing_values.segmentation = models.segmentation
    inner join feature_matrix
        on missing_values.customer_key = feature_matrix.customer_key
    left join features_of_groups
        on
            missing_values.segmentation = features_of_groups.segmentation
            and missing_values.customer_key = features_of_groups.customer_key
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

final as (
    select
        segmentation,
        customer_key,
        {{- covey.feature_values_pivoted(features) }}
    from filled_values
    group by segmentation, customer_key
)

select * from final
