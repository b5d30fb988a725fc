-- One row per move of a customer into or out of a segment.
with stays as (
    select *
    from {{ ref('customer_segment_history') }}
),

first_days as (
    select
        segmentation,
        min(valid_from) as first_date
    from stays
    group by segmentation
),

-- Not on the first day of a segmentation, when everybody is new, nor where another model moved
-- customers who did nothing.
entries as (
    select
        stays.customer_key,
        'segment_entered' as event_kind,
        stays.segmentation || '/' || stays.segment_id as segment,
        stays.valid_from as move_date
    from stays
    inner join first_days
        on stays.segmentation = first_days.segmentation
    where
        stays.valid_from > first_days.first_date
        and stays.move_reason <> 'model'
),

exits as (
    select
        stays.customer_key,
        'segment_left' as event_kind,
        stays.segmentation || '/' || stays.segment_id as segment,
        stays.valid_to as move_date
    from stays
    left join stays as next_stays
        on
            stays.segmentation = next_stays.segmentation
            and stays.customer_key = next_stays.customer_key
            and stays.valid_to = next_stays.valid_from
    where
        stays.valid_to is not null
        and coalesce(next_stays.move_reason, 'customer') <> 'model'
),

moves as (
    select * from entries
    union all
    select * from exits
),

final as (
    select
        event_kind || ':' || segment || ':' || cast(move_date as {{ dbt.type_string() }})
        || ':' || customer_key as event_id,
        customer_key,
        event_kind,
        segment,
        -- A run finds what holds at the end of its day.
        {{ dbt.dateadd(
            'second', 86399, 'cast(move_date as ' ~ dbt.type_timestamp() ~ ')'
        ) }} as occurred_at
    from moves
)

select * from final
