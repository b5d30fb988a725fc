-- One row per segmentation and customer whom this run moved, where features of the stay before are
-- known: the day that the customer is compared with.
with stays as (
    select *
    from {{ ref('int_segment_stays') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

feature_history as (
    select
        customer_key,
        as_of_date
    from {{ ref('customer_feature_history') }}
),

final as (
    select
        stays.segmentation,
        stays.customer_key,
        stays.segment_id,
        stays.previous_segment_id,
        max(feature_history.as_of_date) as compared_date,
        stays.valid_from
    from stays
    -- A run that looks back moves nobody.
    inner join as_of
        on
            stays.valid_from = as_of.as_of_date
            and stays.as_of_date = as_of.as_of_date
    inner join stays as previous_stays
        on
            stays.segmentation = previous_stays.segmentation
            and stays.customer_key = previous_stays.customer_key
            and stays.valid_from = previous_stays.valid_to
    inner join feature_history
        on
            stays.customer_key = feature_history.customer_key
            and previous_stays.valid_from <= feature_history.as_of_date
            and stays.valid_from > feature_history.as_of_date
    group by
        stays.segmentation,
        stays.customer_key,
        stays.segment_id,
        stays.previous_segment_id,
        stays.valid_from
)

select * from final
