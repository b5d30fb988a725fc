-- One row per customer and stay in a group of customers that a trigger rule can be for.
with segment_stays as (
    select
        customer_key,
        segmentation,
        segment_id,
        valid_from,
        valid_to
    from {{ ref('customer_segment_history') }}
),

segments as (
    select
        segmentation,
        segment_id,
        persona_id
    from {{ ref('segments') }}
),

stays as (
    select
        customer_key,
        'segment:' || segmentation || '/' || segment_id as scope,
        'segment:' || segmentation as scope_group,
        valid_from,
        valid_to
    from segment_stays
    union all
    select
        segment_stays.customer_key,
        'persona:' || segments.persona_id as scope,
        'persona' as scope_group,
        segment_stays.valid_from,
        segment_stays.valid_to
    from segment_stays
    inner join segments
        on
            segment_stays.segmentation = segments.segmentation
            and segment_stays.segment_id = segments.segment_id
    where
        segment_stays.segmentation = '{{ var("covey_primary_segmentation") }}'
        and segments.persona_id is not null
    union all
    select
        customer_key,
        'rfm:' || rfm_segment as scope,
        'rfm' as scope_group,
        valid_from,
        valid_to
    from {{ ref('rfm_segment_history') }}
    union all
    -- Stages have no history: the one of the as-of date counts for all times.
    select
        customer_key,
        'lifecycle:' || lifecycle_stage as scope,
        'lifecycle' as scope_group,
        as_of_date as valid_from,
        cast(null as date) as valid_to
    from {{ ref('customer_lifecycle') }}
),

stays_numbered as (
    select
        *,
        row_number() over (
            partition by customer_key, scope_group order by valid_from, scope
        ) as stay_number
    from stays
),

final as (
    select
        customer_key,
        scope,
        -- Nobody knows where a customer was before the first stay that was recorded: there.
        case when stay_number > 1 then cast(valid_from as {{ dbt.type_timestamp() }}) end
            as valid_from_at,
        cast(valid_to as {{ dbt.type_timestamp() }}) as valid_to_at
    from stays_numbered
)

select * from final
