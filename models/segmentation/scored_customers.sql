{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['segmentation', 'part', 'customer_key'],
    on_schema_change='sync_all_columns',
    post_hook="{{ covey.forget_scores() }}"
) }}
-- One row per segmentation, part of its model and customer: the best segment of the part, from the
-- parameter rows alone, for every model that Python has not applied.
{%- set features = covey.feature_names() %}
with feature_matrix as (
    select *
    from {{ ref('feature_matrix') }}
),

imputed_features as (
    select *
    from {{ ref('imputed_features') }}
),

customer_groups as (
    select *
    from {{ ref('customer_groups') }}
),

segment_model_parameters as (
    select
        segmentation,
        model_id,
        part,
        parameter,
        feature,
        segment_id,
        term,
        value
    from {{ ref('segment_model_parameters') }}
),

models_of_python as (
    select distinct model_id
    from {{ ref('assign_customers') }}
),

parameters as (
    select segment_model_parameters.*
    from segment_model_parameters
    left join models_of_python
        on segment_model_parameters.model_id = models_of_python.model_id
    where models_of_python.model_id is null
),

models as (
    select
        segmentation,
        model_id,
        part,
        {{ covey.parameter_value('variance') }} as variance,
        {{ covey.parameter_value('outlier_distance') }} as outlier_distance,
        max(case when parameter = 'offset' then 1 else 0 end) as is_mixture,
        max(case when parameter = 'component_offset' then 1 else 0 end) as has_components
    from parameters
    group by segmentation, model_id, part
),

read_parameters as (
    select
        segmentation,
        part,
        feature,
        case when {{ dbt.right('feature', 9) }} = '__missing' then 1 else 0 end as is_indicator,
        max(
            case when parameter = 'category' then {{ dbt.split_part('term', "'='", 1) }} end
        ) as encoded_column,
        {{ covey.parameter_value('impute') }} as impute,
        {{ covey.parameter_value('clip_lower') }} as clip_lower,
        {{ covey.parameter_value('clip_upper') }} as clip_upper,
        {{ covey.parameter_value('log1p') }} as log1p,
        {{ covey.parameter_value('yeo_johnson') }} as yeo_johnson,
        {{ covey.parameter_value('center') }} as center,
        {{ covey.parameter_value('weight') }} / {{ covey.parameter_value('scale') }} as weight
    from parameters
    where
        parameter in (
            'impute', 'clip_lower', 'clip_upper', 'log1p', 'yeo_johnson', 'center', 'scale',
            'weight', 'category'
        )
    group by segmentation, part, feature
),

-- What has no scale is read for others alone: it is no feature of the model.
feature_parameters as (
    select
        *,
        coalesce(encoded_column, replace(feature, '__missing', '')) as column_name,
        row_number() over (partition by segmentation, part order by feature) as feature_number,
        row_number() over (
            partition by segmentation, part
            order by case when encoded_column is null then 1 else 0 end, encoded_column, feature
        ) as encoded_number
    from read_parameters
    where weight is not null
),

categories as (
    select
        segmentation,
        part,
        feature,
        term,
        value
    from parameters
    where parameter = 'category'
),

encoded_columns as (
    select distinct
        segmentation,
        part,
        encoded_column
    from feature_parameters
    where encoded_column is not null
),

category_terms as (
    select distinct
        categories.segmentation,
        categories.part,
        feature_parameters.encoded_column,
        categories.term
    from categories
    inner join feature_parameters
        on
            {{ covey.same_part('categories', 'feature_parameters') }}
            and categories.feature = feature_parameters.feature
    where
        categories.term
        <> {{ dbt.concat(['feature_parameters.encoded_column', "'=(other)'"]) }}
    union all
    select
        segmentation,
        part,
        encoded_column,
        {{ dbt.concat(['encoded_column', "'=(other)'"]) }} as term
    from encoded_columns
),

-- A category that a feature has no number for takes that of all others.
category_values as (
    select
        category_terms.segmentation,
        category_terms.part,
        category_terms.encoded_column as column_name,
        category_terms.term,
        feature_parameters.feature,
        coalesce(categories.value, other_categories.value) as value
    from category_terms
    inner join feature_parameters
        on
            {{ covey.same_part('category_terms', 'feature_parameters') }}
            and category_terms.encoded_column = feature_parameters.encoded_column
    left join categories
        on
            {{ covey.same_part('feature_parameters', 'categories') }}
            and feature_parameters.feature = categories.feature
            and category_terms.term = categories.term
    left join categories as other_categories
        on
            {{ covey.same_part('feature_parameters', 'other_categories') }}
            and feature_parameters.feature = other_categories.feature
            and {{ dbt.concat(['feature_parameters.encoded_column', "'=(other)'"]) }}
            = other_categories.term
),

customer_codes as (
    {%- for group in covey.group_names() %}
    select
        encoded_columns.segmentation,
        encoded_columns.part,
        encoded_columns.encoded_column,
        customer_groups.customer_key,
        coalesce(customer_groups.{{ group }}, '(missing)') as category
    from customer_groups
    inner join encoded_columns
        on encoded_columns.encoded_column = '{{ group }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

customer_terms as (
    select
        *,
        {{ dbt.concat(['encoded_column', "'='", 'category']) }} as term
    from customer_codes
),

customer_categories as (
    select
        customer_terms.segmentation,
        customer_terms.part,
        customer_terms.customer_key,
        coalesce(
            category_terms.term,
            {{ dbt.concat(['customer_terms.encoded_column', "'=(other)'"]) }}
        ) as term
    from customer_terms
    left join category_terms
        on
            {{ covey.same_part('customer_terms', 'category_terms') }}
            and customer_terms.term = category_terms.term
),

component_offsets as (
    select
        segmentation,
        part,
        feature as coordinate,
        value as component_offset
    from parameters
    where parameter = 'component_offset'
),

loadings as (
    select
        component_offsets.segmentation,
        component_offsets.part,
        component_offsets.coordinate,
        component_offsets.component_offset,
        feature_parameters.feature,
        coalesce(parameters.value, 0) as loading
    from component_offsets
    inner join feature_parameters
        on {{ covey.same_part('component_offsets', 'feature_parameters') }}
    left join parameters
        on
            {{ covey.same_part('component_offsets', 'parameters') }}
            and component_offsets.coordinate = parameters.term
            and feature_parameters.feature = parameters.feature
            and parameters.parameter = 'component'
),

-- The axes of the space that the model is fitted in.
coordinates as (
    select
        segmentation,
        part,
        coordinate
    from component_offsets
    union all
    select
        feature_parameters.segmentation,
        feature_parameters.part,
        feature_parameters.feature as coordinate
    from feature_parameters
    inner join models
        on {{ covey.same_part('feature_parameters', 'models') }}
    where models.has_components = 0
),

segments as (
    select
        segmentation,
        part,
        segment_id,
        {{ covey.parameter_value('intercept') }} as intercept,
        {{ covey.parameter_value('offset') }} as score_offset
    from parameters
    where parameter in ('intercept', 'offset')
    group by segmentation, part, segment_id
),

-- Squares and products are terms of their own: every score is linear in the terms.
terms as (
    select
        segmentation,
        part,
        coordinate,
        '(none)' as second_coordinate
    from coordinates
    union all
    select distinct
        segmentation,
        part,
        feature as coordinate,
        term as second_coordinate
    from parameters
    where parameter = 'quadratic'
),

coefficients as (
    select
        segments.segmentation,
        segments.part,
        segments.segment_id,
        segments.intercept,
        segments.score_offset,
        terms.coordinate,
        terms.second_coordinate,
        coalesce(max(parameters.value), 0) as coefficient
    from segments
    inner join models
        on {{ covey.same_part('segments', 'models') }}
    inner join terms
        on {{ covey.same_part('segments', 'terms') }}
    left join parameters
        on
            {{ covey.same_part('terms', 'parameters') }}
            and terms.coordinate = parameters.feature
            and terms.second_coordinate = parameters.term
            and parameters.segment_id in (segments.segment_id, '(none)')
            and parameters.parameter
            = case
                when terms.second_coordinate <> '(none)' then 'quadratic'
                when models.is_mixture = 1 then 'linear'
                else 'centroid'
            end
    group by
        segments.segmentation,
        segments.part,
        segments.segment_id,
        segments.intercept,
        segments.score_offset,
        terms.coordinate,
        terms.second_coordinate
),

{{ covey.compared_scores(features) }},

measured_scores as (
    select
        *,
        -- A mixture has an offset: its distance is that of Mahalanobis.
        sqrt(greatest(coalesce(2 * score_offset, squared_norm) - 2 * best_score, 0)) as distance
    from compared_scores
),

-- Where no feature varies all are in one segment, and there is nothing to add up.
featureless_models as (
    select
        models.segmentation,
        models.part,
        models.model_id,
        segments.segment_id
    from models
    inner join segments
        on {{ covey.same_part('models', 'segments') }}
    left join coordinates
        on {{ covey.same_part('models', 'coordinates') }}
    where coordinates.coordinate is null
),

final as (
    select
        featureless_models.segmentation,
        featureless_models.part,
        feature_matrix.customer_key,
        featureless_models.segment_id,
        featureless_models.model_id,
        '(none)' as features_hash,
        cast(1 as {{ covey.type_double() }}) as probability,
        cast(0 as {{ covey.type_double() }}) as distance,
        cast(null as {{ covey.type_double() }}) as margin,
        cast(0 as {{ covey.type_double() }}) as entropy,
        1 = 0 as is_outlier
    from featureless_models
    cross join feature_matrix
    union all
    select
        segmentation,
        part,
        customer_key,
        segment_id,
        model_id,
        features_hash,
        cast(1 / ratio_sum as {{ covey.type_double() }}) as probability,
        cast(distance as {{ covey.type_double() }}) as distance,
        -- Log odds of a mixture, else a difference of distances; null where there is no second.
        cast(
            case
                when score_offset is not null then best_score - next_score
                when next_score is not null
                    then sqrt(greatest(squared_norm - 2 * next_score, 0)) - distance
            end as {{ covey.type_double() }}
        ) as margin,
        cast(greatest(ln(ratio_sum) - logit_sum / ratio_sum, 0) as {{ covey.type_double() }})
            as entropy,
        distance > outlier_distance as is_outlier
    from measured_scores
)

select * from final
