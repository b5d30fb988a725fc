-- Each part of a segmentation has exactly one chosen candidate.
select
    segmentation,
    part,
    count(case when is_chosen then 1 end) as chosen_count
from {{ ref('segmentation_candidates') }}
group by segmentation, part
having count(case when is_chosen then 1 end) <> 1
