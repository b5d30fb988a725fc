-- One row per segmentation, customer and stay in a segment.
with stays as (
    select *
    from {{ ref('int_segment_stays') }}
),

move_features as (
    select
        segmentation,
        customer_key,
        valid_from,
        feature,
        change_sd,
        lead_before,
        lead_gained,
        compared_date,
        row_number() over (
            partition by segmentation, customer_key, valid_from order by lead_gained desc, feature
        ) as feature_rank
    from {{ ref('int_segment_move_features') }}
),

-- What led away from the new segment explains nothing.
features_in_words as (
    select
        *,
        case
            when lead_gained > 0
                then
                    feature
                    || case when change_sd > 0 then ' up ' else ' down ' end
                    || cast(cast(abs(change_sd) as decimal(38, 1)) as {{ dbt.type_string() }})
                    || ' sd'
        end as change_text
    from move_features
    where feature_rank <= 3
),

final as (
    select *
    from stays
)

select * from final
