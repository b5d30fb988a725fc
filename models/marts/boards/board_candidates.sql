-- One row per segmentation, algorithm and number of segments: the best of its candidates.
with candidates as (
    select
        *,
        row_number() over (
            partition by segmentation, algorithm, k
            order by
                case when is_chosen then 1 else 2 end asc,
                coalesce(silhouette, -1) desc,
                candidate_id asc
        ) as candidate_rank
    from {{ ref('segmentation_candidates') }}
    where k > 1
),

final as (
    select
        segmentation,
        candidate_id,
        replace(algorithm, '_', ' ') as algorithm,
        k,
        inertia,
        silhouette,
        bic,
        stability_ari,
        is_accepted,
        is_chosen
    from candidates
    where candidate_rank = 1
)

select * from final
