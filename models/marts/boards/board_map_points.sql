-- One row per segmentation and customer drawn on its map, without the customer's key.
with segment_map as (
    select
        segmentation,
        segment_id,
        pca_x,
        pca_y,
        tsne_x,
        tsne_y,
        pca_variance_share
    from {{ ref('segment_map') }}
),

-- Inner: who belongs to a segment too small to be shown is on no map.
segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        segment_number
    from {{ ref('board_segments') }}
),

final as (
    select
        segment_map.segmentation,
        segment_map.segment_id,
        segments.segment_name,
        segments.segment_number,
        segment_map.pca_x,
        segment_map.pca_y,
        segment_map.tsne_x,
        segment_map.tsne_y,
        segment_map.pca_variance_share
    from segment_map
    inner join segments
        on
            segment_map.segmentation = segments.segmentation
            and segment_map.segment_id = segments.segment_id
)

select * from final
