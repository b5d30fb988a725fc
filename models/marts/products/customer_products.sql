-- One row per customer who may be profiled and product that is recommended to them.
{%- set settings = covey.recommendation_settings() %}
with as_of as (
    select {{ dbt.dateadd('day', -1 * settings.just_bought_days, 'as_of_date') }} as bought_after
    from {{ ref('int_as_of') }}
),

candidates as (
    select *
    from {{ ref('int_product_candidates') }}
),

products as (
    select *
    from {{ ref('int_products_counted') }}
    where is_offered
),

customer_segments as (
    select
        customer_key,
        segment_id
    from {{ ref('customer_segments') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
),

segment_products as (
    select
        segment_id,
        product_id,
        support,
        shrunk_lift,
        is_affinity
    from {{ ref('int_segment_products') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
),

product_affinities as (
    select
        product_id,
        support,
        row_number() over (order by lift asc, product_id desc, other_product_id desc) as pair_number
    from {{ ref('product_affinities') }}
),

products_looked_at as (
    select
        customer_key,
        count(*) as product_count
    from {{ ref('int_products_bought') }}
    where evidence_position <= {{ settings.products_per_customer }}
    group by customer_key
),

products_left_out as (
    select
        bought.customer_key,
        bought.product_id
    from {{ ref('int_products_bought') }} as bought
    cross join as_of
    where
        bought.is_returned
        or bought.last_bought_date > as_of.bought_after
),

scored as (
    select
        candidates.customer_key,
        candidates.product_id,
        candidates.pair_number,
        products.product_name,
        products.category,
        products.recent_customers,
        products.current_rate,
        segment_products.support as segment_support,
        coalesce(segment_products.is_affinity, false) as is_segment_affinity,
        -- The mean lift over what the customer bought and their segment; 1 where there is no pair.
        (
            coalesce(segment_products.shrunk_lift, 1)
            + coalesce(products_looked_at.product_count, 0)
            + candidates.excess
        ) / (1 + coalesce(products_looked_at.product_count, 0)) as lift
    from candidates
    inner join products
        on candidates.product_id = products.product_id
    left join products_looked_at
        on candidates.customer_key = products_looked_at.customer_key
    left join customer_segments
        on candidates.customer_key = customer_segments.customer_key
    left join segment_products
        on
            customer_segments.segment_id = segment_products.segment_id
            and candidates.product_id = segment_products.product_id
    left join products_left_out
        on
            candidates.customer_key = products_left_out.customer_key
            and candidates.product_id = products_left_out.product_id
    where products_left_out.product_id is null
),

ranked as (
    select
        *,
        current_rate * lift as score,
        row_number() over (
            partition by customer_key
            order by current_rate * lift desc, product_id asc
        ) as rank
    from scored
),

final as (
    select
        ranked.customer_key,
        ranked.product_id,
        ranked.product_name,
        ranked.category,
        case
            when ranked.pair_number is not null or ranked.is_segment_affinity then 'affinity'
            else 'popular'
        end as reason,
        product_affinities.product_id as because_of_product_id,
        ranked.rank,
        coalesce(
            product_affinities.support,
            case when ranked.is_segment_affinity then ranked.segment_support end,
            -- No figure of a few people.
            case
                when ranked.recent_customers >= {{ var('covey_min_group_size') }}
                    then ranked.recent_customers
            end
        ) as support,
        ranked.lift,
        ranked.score
    from ranked
    left join product_affinities
        on ranked.pair_number = product_affinities.pair_number
    where ranked.rank <= {{ settings.list_size }}
)

select * from final
