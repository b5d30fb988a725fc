-- One row per segmentation, customer and stay in a segment.
with stays as (
    select *
    from {{ ref('int_segment_stays') }}
),

-- What led away from the new segment, or changed too little to be seen, explains nothing.
move_features as (
    select
        *,
        lead_gained > 0 and cast(abs(change_sd) as decimal(38, 1)) > 0 as is_reason
    from {{ ref('int_segment_move_features') }}
),

features_in_words as (
    select
        *,
        row_number() over (
            partition by segmentation, customer_key, valid_from
            order by
                case when is_reason then 1 else 2 end asc, lead_gained desc, feature asc
        ) as feature_rank,
        case
            when is_reason
                then
                    feature
                    || case when change_sd > 0 then ' up ' else ' down ' end
                    || cast(cast(abs(change_sd) as decimal(38, 1)) as {{ dbt.type_string() }})
                    || ' sd'
        end as change_in_words
    from move_features
),

moves as (
    select
        segmentation,
        customer_key,
        valid_from,
        compared_date,
        {{ covey.exact_sum('lead_before') }} as lead_before,
        {{ covey.exact_sum('lead_gained') }} as lead_gained,
        max(case when feature_rank = 1 then change_in_words end)
        || coalesce(max(case when feature_rank = 2 then ', ' || change_in_words end), '')
        || coalesce(max(case when feature_rank = 3 then ', ' || change_in_words end), '')
            as move_features
    from features_in_words
    group by segmentation, customer_key, valid_from, compared_date
),

final as (
    select
        stays.segmentation,
        stays.customer_key,
        stays.segment_id,
        stays.previous_segment_id,
        stays.model_id,
        case
            when stays.previous_segment_id is null then 'new'
            when not stays.has_other_model then 'customer'
            -- Without features of the stay before, nothing speaks for the customer.
            when coalesce(moves.lead_gained, 0) <= 0 then 'model'
            when moves.lead_before < 0 and moves.lead_before + moves.lead_gained > 0
                then 'customer'
            else 'either'
        end as move_reason,
        moves.move_features,
        stays.monetary,
        moves.compared_date,
        stays.valid_from,
        stays.valid_to,
        stays.as_of_date
    from stays
    left join moves
        on
            stays.segmentation = moves.segmentation
            and stays.customer_key = moves.customer_key
            and stays.valid_from = moves.valid_from
)

select * from final
