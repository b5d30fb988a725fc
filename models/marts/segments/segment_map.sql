-- One row per segmentation and customer of a sample: where they lie on two planes.
with drawn as (
    select *
    from {{ ref('draw_segment_maps') }}
),

customer_segments as (
    select
        segmentation,
        customer_key,
        segment_id
    from {{ ref('customer_segments') }}
),

final as (
    select
        customer_segments.segmentation,
        customer_segments.customer_key,
        customer_segments.segment_id,
        cast(drawn.pca_x as {{ covey.type_double() }}) as pca_x,
        cast(drawn.pca_y as {{ covey.type_double() }}) as pca_y,
        cast(drawn.tsne_x as {{ covey.type_double() }}) as tsne_x,
        cast(drawn.tsne_y as {{ covey.type_double() }}) as tsne_y,
        cast(drawn.pca_variance_share as {{ covey.type_double() }}) as pca_variance_share
    from drawn
    inner join customer_segments
        on
            drawn.segmentation = customer_segments.segmentation
            and drawn.customer_key = customer_segments.customer_key
)

select * from final
