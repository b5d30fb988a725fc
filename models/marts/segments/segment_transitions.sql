-- One row per segmentation, period, segment at its beginning and segment at its end.
with stays as (
    select
        segmentation,
        customer_key,
        segment_id,
        move_reason,
        valid_from,
        valid_to
    from {{ ref('customer_segment_history') }}
),

feature_history as (
    select
        customer_key,
        monetary,
        as_of_date
    from {{ ref('customer_feature_history') }}
),

days as (
    select distinct as_of_date
    from feature_history
),

positions as (
    select
        stays.segmentation,
        stays.customer_key,
        stays.segment_id,
        stays.move_reason,
        coalesce(feature_history.monetary, 0) as monetary,
        days.as_of_date
    from stays
    inner join days
        on
            stays.valid_from <= days.as_of_date
            and (stays.valid_to is null or stays.valid_to > days.as_of_date)
    left join feature_history
        on
            stays.customer_key = feature_history.customer_key
            and days.as_of_date = feature_history.as_of_date
),

position_days as (
    select distinct
        segmentation,
        as_of_date
    from positions
),

periods as (
    select
        segmentation,
        lag(as_of_date) over (partition by segmentation order by as_of_date) as from_date,
        as_of_date as to_date
    from position_days
),

beginnings as (
    select
        positions.*,
        periods.to_date
    from positions
    inner join periods
        on
            positions.segmentation = periods.segmentation
            and positions.as_of_date = periods.from_date
),

-- The first day of a segmentation is where it begins, and no move.
ends as (
    select
        positions.*,
        periods.from_date
    from positions
    inner join periods
        on
            positions.segmentation = periods.segmentation
            and positions.as_of_date = periods.to_date
    where periods.from_date is not null
),

-- Who came or left during the period has one end alone.
paired as (
    select
        coalesce(beginnings.segmentation, ends.segmentation) as segmentation,
        beginnings.segment_id as from_segment_id,
        ends.segment_id as to_segment_id,
        case when beginnings.segment_id <> ends.segment_id then ends.move_reason end
            as move_reason,
        coalesce(beginnings.monetary, 0) as monetary_before,
        coalesce(ends.monetary, 0) as monetary_after,
        coalesce(beginnings.as_of_date, ends.from_date) as from_date,
        coalesce(beginnings.to_date, ends.as_of_date) as to_date
    from beginnings
    full outer join ends
        on
            beginnings.segmentation = ends.segmentation
            and beginnings.customer_key = ends.customer_key
            and beginnings.to_date = ends.as_of_date
),

final as (
    select
        segmentation,
        from_segment_id,
        to_segment_id,
        count(*) as customers,
        count(case when move_reason = 'model' then 1 end) as model_moves,
        count(case when move_reason = 'either' then 1 end) as unclear_moves,
        cast(
            count(*) * 1.0
            / sum(count(*)) over (partition by segmentation, to_date, from_segment_id)
            as {{ covey.type_double() }}
        ) as customer_share,
        {{ covey.exact_sum('monetary_before') }} as monetary_before,
        {{ covey.exact_sum('monetary_after') }} as monetary_after,
        from_date,
        to_date
    from paired
    group by segmentation, from_segment_id, to_segment_id, from_date, to_date
)

select * from final
