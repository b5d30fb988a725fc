-- One row per segmentation, algorithm and number of segments: the best of its candidates.
-- Of models of two stages, the first group stands for all.
with candidates as (
    select
        *,
        min(part) over (partition by segmentation) as first_part
    from {{ ref('segmentation_candidates') }}
    where k > 1
),

candidates_ranked as (
    select
        *,
        row_number() over (
            partition by segmentation, algorithm, k
            order by
                case when is_chosen then 1 else 2 end asc,
                coalesce(silhouette, -1) desc,
                candidate_id asc
        ) as candidate_rank
    from candidates
    where part = first_part
),

final as (
    select
        segmentation,
        candidate_id,
        replace(algorithm, '_', ' ') as algorithm,
        case
            when is_chosen then 'in use'
            when rejection_reason is not null then rejection_reason
            else 'another scores better'
        end as outcome,
        k,
        inertia,
        silhouette,
        bic,
        stability_ari,
        is_accepted,
        is_chosen
    from candidates_ranked
    where candidate_rank = 1
)

select * from final
