-- One row per segmentation, segment and feature of the segmentation: where the segment lies, in
-- standard deviations of all customers. Protected attributes are left out.
with customer_segments as (
    select
        segmentation,
        customer_key,
        segment_id
    from {{ ref('customer_segments') }}
),

feature_values as (
    select
        customer_key,
        feature,
        feature_value
    from {{ ref('feature_values') }}
),

-- On the scale of the catalog, where a long tail does not drown every other change.
features as (
    select
        feature,
        weight,
        case when transform = 'log1p' then 1 else 0 end as is_logged,
        '|' || replace(segmentations, ' ', '') || '|' as segmentations
    from {{ ref('int_feature_catalog') }}
    where
        not is_protected
        and weight > 0
),

values_scaled as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        features.feature,
        features.weight,
        features.is_logged,
        {{ covey.logged_value('feature_values.feature_value', 'features.is_logged') }}
            as scaled_value
    from feature_values
    inner join features
        on feature_values.feature = features.feature
    inner join customer_segments
        on
            feature_values.customer_key = customer_segments.customer_key
            and features.segmentations
            like '%|' || replace(customer_segments.segmentation, ' ', '') || '|%'
    where {{ covey.is_finite('feature_values.feature_value') }}
),

summed as (
    select
        segmentation,
        segment_id,
        feature,
        weight,
        is_logged,
        count(*) as customers,
        {{ covey.exact_sum('scaled_value') }} as value_sum,
        {{ covey.exact_sum('scaled_value * scaled_value') }} as square_sum
    from values_scaled
    group by segmentation, segment_id, feature, weight, is_logged
),

population as (
    select
        segmentation,
        feature,
        sum(customers) as customers,
        {{ covey.exact_sum('value_sum') }} as value_sum,
        {{ covey.exact_sum('square_sum') }} as square_sum
    from summed
    group by segmentation, feature
),

measured as (
    select
        summed.segmentation,
        summed.segment_id,
        summed.feature,
        summed.weight,
        summed.is_logged,
        summed.value_sum / summed.customers as segment_mean,
        population.value_sum / population.customers as population_mean,
        -- Rounding may leave a variance of nothing just under 0.
        sqrt(
            greatest(
                population.square_sum / population.customers
                - power(population.value_sum / population.customers, 2),
                0
            )
        ) as population_sd
    from summed
    inner join population
        on
            summed.segmentation = population.segmentation
            and summed.feature = population.feature
),

final as (
    select
        segmentation,
        segment_id,
        feature,
        weight,
        is_logged,
        population_mean,
        population_sd,
        (segment_mean - population_mean) / population_sd as centre
    from measured
    -- On a feature on which all are alike nobody moves.
    where population_sd > 1e-9
)

select * from final
