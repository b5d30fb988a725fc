{{ config(tags=['covey_history']) }}
-- One row per customer and stay in an RFM segment. A log that each run as of a later day continues.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

-- This table as the last run left it.
recorded_before as (
    {{ covey.last_run_rows({
        'customer_key': dbt.type_string(),
        'rfm_segment': dbt.type_string(),
        'previous_rfm_segment': dbt.type_string(),
        'rfm_change': dbt.type_string(),
        'rfm_composite': covey.type_double(),
        'valid_from': 'date',
        'valid_to': 'date',
        'as_of_date': 'date',
    }) | indent }}
),

-- Inner, not left: who may not be profiled any more is not remembered.
recorded as (
    select recorded_before.*
    from recorded_before
    inner join customers
        on recorded_before.customer_key = customers.customer_key
),

-- A run as of an earlier day than the last one recorded only looks back.
recorded_day as (
    select max(as_of_date) as as_of_date
    from recorded
),

this_day as (
    select as_of.as_of_date
    from as_of
    cross join recorded_day
    where recorded_day.as_of_date is null or as_of.as_of_date >= recorded_day.as_of_date
),

current_segments as (
    select
        rfm.customer_key,
        rfm.rfm_segment,
        rfm.rfm_composite,
        this_day.as_of_date
    from {{ ref('ftr_customer_rfm') }} as rfm
    inner join customers
        on rfm.customer_key = customers.customer_key
    cross join this_day
    where rfm.rfm_segment is not null
),

-- What was recorded as of this day is decided anew: a second run finds what the first one found.
known_stays as (
    select
        recorded.customer_key,
        recorded.rfm_segment,
        recorded.previous_rfm_segment,
        recorded.rfm_change,
        recorded.rfm_composite,
        recorded.valid_from,
        case
            when this_day.as_of_date is null or recorded.valid_to < this_day.as_of_date
                then recorded.valid_to
        end as valid_to,
        coalesce(this_day.as_of_date, recorded.as_of_date) as as_of_date,
        this_day.as_of_date is null as is_looking_back,
        row_number() over (
            partition by recorded.customer_key order by recorded.valid_from desc
        ) as stay_rank
    from recorded
    left join this_day
        on true
    where this_day.as_of_date is null or recorded.valid_from < this_day.as_of_date
),

stays_continued as (
    select
        known_stays.customer_key,
        known_stays.rfm_segment,
        known_stays.previous_rfm_segment,
        known_stays.rfm_change,
        coalesce(current_segments.rfm_composite, known_stays.rfm_composite) as rfm_composite,
        known_stays.valid_from,
        case
            when
                known_stays.valid_to is null
                and not known_stays.is_looking_back
                and current_segments.customer_key is null
                then known_stays.as_of_date
            else known_stays.valid_to
        end as valid_to,
        known_stays.as_of_date
    from known_stays
    left join current_segments
        on
            known_stays.customer_key = current_segments.customer_key
            and known_stays.rfm_segment = current_segments.rfm_segment
            and known_stays.valid_to is null
),

stays_begun as (
    select
        current_segments.customer_key,
        current_segments.rfm_segment,
        known_stays.rfm_segment as previous_rfm_segment,
        case
            when known_stays.customer_key is null then 'new'
            when current_segments.rfm_composite > known_stays.rfm_composite then 'up'
            when current_segments.rfm_composite < known_stays.rfm_composite then 'down'
            else 'sideways'
        end as rfm_change,
        current_segments.rfm_composite,
        current_segments.as_of_date as valid_from,
        cast(null as date) as valid_to,
        current_segments.as_of_date
    from current_segments
    left join known_stays
        on
            current_segments.customer_key = known_stays.customer_key
            and known_stays.stay_rank = 1
    where
        known_stays.customer_key is null
        or known_stays.valid_to is not null
        or known_stays.rfm_segment <> current_segments.rfm_segment
),

final as (
    select *
    from stays_continued
    union all
    select *
    from stays_begun
)

select * from final
