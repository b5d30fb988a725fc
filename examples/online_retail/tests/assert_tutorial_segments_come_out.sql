-- The ten segments that RFM tutorials find in this file, from covey's recency scores, order counts
-- and grid10. The tutorials break ties of frequency by the order of the customers, so that equal
-- customers may score differently; covey does not, and that step alone is taken here.
with expected as (
    select
        'Champions' as rfm_segment,
        633 as customer_count
    union all
    select
        'Loyal' as rfm_segment,
        819 as customer_count
    union all
    select
        'Potential loyalists' as rfm_segment,
        484 as customer_count
    union all
    select
        'New customers' as rfm_segment,
        42 as customer_count
    union all
    select
        'Promising' as rfm_segment,
        94 as customer_count
    union all
    select
        'Need attention' as rfm_segment,
        187 as customer_count
    union all
    select
        'About to sleep' as rfm_segment,
        352 as customer_count
    union all
    select
        'At risk' as rfm_segment,
        593 as customer_count
    union all
    select
        'Cannot lose them' as rfm_segment,
        63 as customer_count
    union all
    select
        'Hibernating' as rfm_segment,
        1071 as customer_count
),

buyers as (
    select
        features.recency_score,
        row_number() over (
            order by features.order_count, cast(identities.id_value as integer)
        ) as frequency_rank,
        count(*) over () as buyer_count
    from {{ ref('customer_features') }} as features
    inner join {{ ref('identities') }} as identities
        on features.customer_key = identities.customer_key
    where
        identities.id_type = 'customer_id'
        and features.order_count > 0
),

-- A fifth of the ranks each; a rank on a border belongs to the lower score.
scored as (
    select
        recency_score,
        greatest(ceil(5.0 * (frequency_rank - 1) / (buyer_count - 1)), 1) as frequency_score
    from buyers
),

found as (
    select
        grid.rfm_segment,
        count(*) as customer_count
    from scored
    inner join {{ ref('rfm_grids') }} as grid
        on
            scored.recency_score between grid.recency_from and grid.recency_to
            and scored.frequency_score between grid.frequency_from and grid.frequency_to
    where grid.grid = 'grid10'
    group by grid.rfm_segment
),

final as (
    select
        coalesce(expected.rfm_segment, found.rfm_segment) as rfm_segment,
        expected.customer_count as expected_customers,
        found.customer_count as customers
    from expected
    full outer join found
        on expected.rfm_segment = found.rfm_segment
)

select *
from final
where customers is distinct from expected_customers
