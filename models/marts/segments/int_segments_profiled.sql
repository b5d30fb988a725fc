-- One row per segmentation, segment and feature, of enough customers to speak of: its figures, and
-- how far it is from a draw of as many customers by lot.
with customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key,
        as_of_date
    from {{ ref('customer_segments') }}
),

scaled_values as (
    select *
    from {{ ref('int_features_scaled') }}
),

values_summed as (
    select
        feature,
        count(*) as value_count,
        min(feature_value) as lowest_value,
        max(feature_value) as highest_value,
        {{ covey.exact_sum('feature_value') }} / count(*) as population_mean,
        {{ covey.exact_sum('feature_value * feature_value') }} / count(*)
        - power({{ covey.exact_sum('feature_value') }} / count(*), 2) as population_variance,
        {{ covey.exact_sum('scaled_value') }} / count(*) as scaled_mean,
        {{ covey.exact_sum('scaled_value * scaled_value') }} / count(*)
        - power({{ covey.exact_sum('scaled_value') }} / count(*), 2) as scaled_variance
    from scaled_values
    group by feature
),

population as (
    select
        feature,
        value_count,
        population_mean,
        scaled_mean,
        -- Rounding may leave a variance of nothing just under or over 0.
        sqrt(greatest(population_variance, 0)) as population_sd,
        case when lowest_value < highest_value then sqrt(greatest(scaled_variance, 0)) end
            as scaled_sd
    from values_summed
),

labelled_values as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        scaled_values.feature,
        scaled_values.feature_value,
        -- Null where all are alike: there is nothing to compare.
        (scaled_values.scaled_value - population.scaled_mean)
        / nullif(population.scaled_sd, 0) as z_value
    from customer_segments
    inner join scaled_values
        on
            customer_segments.customer_key = scaled_values.customer_key
            and customer_segments.as_of_date = scaled_values.as_of_date
    inner join population
        on scaled_values.feature = population.feature
),

segment_values as (
    select
        segmentation,
        segment_id,
        feature,
        count(*) as customers,
        {{ covey.exact_sum('feature_value') }} / count(*) as mean_value,
        {{ covey.exact_sum('feature_value * feature_value') }} / count(*) as mean_square,
        {{ covey.quantile_cont('feature_value', 0.25) }} as quartile_1,
        {{ covey.quantile_cont('feature_value', 0.5) }} as median_value,
        {{ covey.quantile_cont('feature_value', 0.75) }} as quartile_3,
        {{ covey.exact_sum('z_value') }} as z_sum,
        {{ covey.exact_sum('z_value * z_value * z_value') }} as z_cube_sum
    from labelled_values
    group by segmentation, segment_id, feature
),

compared as (
    select
        segment_values.*,
        population.value_count as population_customers,
        population.population_mean,
        population.population_sd,
        sqrt(greatest(
            segment_values.mean_square - power(segment_values.mean_value, 2), 0
        )) as standard_deviation,
        sum(segment_values.z_cube_sum) over (
            partition by segment_values.segmentation, segment_values.feature
            order by segment_values.segment_id
            rows between unbounded preceding and unbounded following
        ) / population.value_count as population_skewness,
        -- Without replacement: a segment that is nearly everybody cannot differ much.
        segment_values.z_sum / segment_values.customers * sqrt(
            segment_values.customers * (population.value_count - 1.0)
            / nullif(population.value_count - segment_values.customers, 0)
        ) as test_z
    from segment_values
    inner join population
        on segment_values.feature = population.feature
),

final as (
    select
        segmentation,
        segment_id,
        feature,
        customers,
        population_customers,
        mean_value,
        standard_deviation,
        quartile_1,
        median_value,
        quartile_3,
        population_mean,
        -- A feature on which all are alike sets no segment apart.
        coalesce((mean_value - population_mean) / nullif(population_sd, 0), 0) as z_score,
        mean_value / nullif(population_mean, 0) as lift,
        test_z,
        population_skewness
    from compared
    -- Figures of too few people would speak of persons, not of a segment.
    where customers >= {{ var('covey_min_group_size') }}
)

select * from final
