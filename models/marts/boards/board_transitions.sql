-- One row per segmentation, period, segment before and segment after, by name, with what led there.
with transitions as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        customers,
        customer_share,
        monetary_after,
        from_date,
        to_date,
        sum(customers) over (partition by segmentation, to_date, from_segment_id) as from_customers,
        sum(customers) over (partition by segmentation, to_date, to_segment_id) as to_customers,
        max(to_date) over (partition by segmentation) as last_date
    from {{ ref('segment_transitions') }}
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name
    from {{ ref('board_segments') }}
),

-- Features whose change led elsewhere are no reason.
reasons as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        replace(feature, '_', ' ') || case when mean_change_sd > 0 then ' up' else ' down' end
            as feature_change,
        feature_rank,
        to_date
    from {{ ref('segment_move_reasons') }}
    where feature_rank <= 3 and lead_share > 0
),

reasons_joined as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        max(case when feature_rank = 1 then feature_change end)
        || coalesce(', ' || max(case when feature_rank = 2 then feature_change end), '')
        || coalesce(', ' || max(case when feature_rank = 3 then feature_change end), '')
            as feature_changes,
        to_date
    from reasons
    group by segmentation, from_segment_id, to_segment_id, to_date
),

final as (
    select
        transitions.segmentation,
        transitions.from_segment_id,
        transitions.to_segment_id,
        case
            when transitions.from_segment_id is null then '(came)'
            else coalesce(first_segments.segment_name, 'segment ' || transitions.from_segment_id)
        end as from_segment_name,
        case
            when transitions.to_segment_id is null then '(left)'
            else coalesce(last_segments.segment_name, 'segment ' || transitions.to_segment_id)
        end as to_segment_name,
        reasons_joined.feature_changes,
        transitions.customers,
        cast(transitions.from_customers as {{ dbt.type_bigint() }}) as from_customers,
        cast(transitions.to_customers as {{ dbt.type_bigint() }}) as to_customers,
        transitions.customer_share,
        transitions.monetary_after as monetary,
        transitions.to_date = transitions.last_date as is_last_period,
        transitions.from_date,
        transitions.to_date
    from transitions
    left join segments as first_segments
        on
            transitions.segmentation = first_segments.segmentation
            and transitions.from_segment_id = first_segments.segment_id
    left join segments as last_segments
        on
            transitions.segmentation = last_segments.segmentation
            and transitions.to_segment_id = last_segments.segment_id
    left join reasons_joined
        on
            transitions.segmentation = reasons_joined.segmentation
            and transitions.from_segment_id = reasons_joined.from_segment_id
            and transitions.to_segment_id = reasons_joined.to_segment_id
            and transitions.to_date = reasons_joined.to_date
    where transitions.customers >= {{ var('covey_min_group_size') }}
)

select * from final
