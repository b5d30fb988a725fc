-- Each row of persona_overrides names a segment that there is.
{{ config(severity='warn') }}
{#- A warning: the segment may come back with the next fit. -#}
select
    persona_overrides.segmentation,
    persona_overrides.segment_id,
    'no such segment' as problem
from {{ ref('persona_overrides') }} as persona_overrides
left join {{ ref('segments') }} as segments
    on
        persona_overrides.segmentation = segments.segmentation
        and persona_overrides.segment_id = segments.segment_id
where segments.segment_id is null
