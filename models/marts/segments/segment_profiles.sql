-- One row per segmentation, segment and feature.
with customer_segments as (
    select
        segmentation,
        segment_id,
        customer_key,
        as_of_date
    from {{ ref('customer_segments') }}
),

feature_values as (
    select
        customer_key,
        feature,
        feature_value,
        as_of_date
    from {{ ref('feature_values') }}
),

values_summed as (
    select
        feature,
        count(*) as value_count,
        {{ covey.exact_sum('feature_value') }} as value_sum,
        {{ covey.exact_sum('feature_value * feature_value') }} as square_sum
    from feature_values
    group by feature
),

population as (
    select
        feature,
        value_sum / value_count as population_mean,
        -- Rounding may leave a variance of nothing just under 0.
        sqrt(greatest(square_sum / value_count - power(value_sum / value_count, 2), 0))
            as population_sd
    from values_summed
),

segment_values as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        feature_values.feature,
        count(*) as customers,
        {{ covey.exact_sum('feature_values.feature_value') }} / count(*) as mean_value,
        {{ covey.quantile_cont('feature_values.feature_value', 0.25) }} as quartile_1,
        {{ covey.quantile_cont('feature_values.feature_value', 0.5) }} as median_value,
        {{ covey.quantile_cont('feature_values.feature_value', 0.75) }} as quartile_3
    from customer_segments
    inner join feature_values
        on
            customer_segments.customer_key = feature_values.customer_key
            and customer_segments.as_of_date = feature_values.as_of_date
    group by
        customer_segments.segmentation,
        customer_segments.segment_id,
        feature_values.feature
),

compared as (
    select
        segment_values.*,
        population.population_mean,
        -- A feature on which all are alike sets no segment apart.
        coalesce(
            (segment_values.mean_value - population.population_mean)
            / nullif(population.population_sd, 0),
            0
        ) as z_score,
        segment_values.mean_value / nullif(population.population_mean, 0) as lift
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
        mean_value,
        quartile_1,
        median_value,
        quartile_3,
        population_mean,
        z_score,
        lift,
        row_number() over (
            partition by segmentation, segment_id order by abs(z_score) desc, feature
        ) as distinctiveness_rank
    from compared
    -- Figures of too few people would speak of persons, not of a segment.
    where customers >= {{ var('covey_min_group_size') }}
)

select * from final
