-- One row per segmentation, segment and product that is recommended to it.
with products as (
    select
        product_id,
        product_name,
        category
    from {{ ref('int_products_counted') }}
),

ranked as (
    select
        *,
        support >= {{ var('covey_min_group_size') }} as is_shown,
        row_number() over (
            partition by segmentation, segment_id
            order by
                case when is_affinity then 0 else 1 end asc,
                -- Popularity fills what affinity leaves open.
                case when is_affinity then shrunk_lift else current_rate end desc,
                product_id asc
        ) as rank
    from {{ ref('int_segment_products') }}
),

final as (
    select
        ranked.segmentation,
        ranked.segment_id,
        ranked.product_id,
        products.product_name,
        products.category,
        case when ranked.is_affinity then 'affinity' else 'popular' end as reason,
        ranked.rank,
        -- No figure of a few people.
        case when ranked.is_shown then ranked.support end as support,
        case when ranked.is_shown then ranked.purchase_rate end as purchase_rate,
        case when ranked.is_shown then ranked.population_rate end as population_rate,
        case when ranked.is_shown then ranked.lift end as lift,
        case when ranked.is_shown then ranked.shrunk_lift end as shrunk_lift
    from ranked
    inner join products
        on ranked.product_id = products.product_id
    where ranked.rank <= {{ covey.recommendation_settings().list_size }}
)

select * from final
