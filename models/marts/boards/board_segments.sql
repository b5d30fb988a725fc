-- One row per segmentation and segment that is large enough to be shown.
with segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        customers,
        customer_share,
        monetary,
        value_share
    from {{ ref('segments') }}
),

personas as (
    select
        segmentation,
        segment_id,
        description
    from {{ ref('personas') }}
),

transitions as (
    select
        segmentation,
        from_segment_id,
        customers,
        to_date,
        max(to_date) over (partition by segmentation) as last_date
    from {{ ref('segment_transitions') }}
),

sizes_before as (
    select
        segmentation,
        from_segment_id as segment_id,
        sum(customers) as customers_before
    from transitions
    where to_date = last_date and from_segment_id is not null
    group by segmentation, from_segment_id
),

-- Customers without a forecast, who have not bought yet, are not in the mean.
values_expected as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        cast(
            {{ covey.exact_sum('lifetime_values.expected_value_365_days') }}
            / count(lifetime_values.expected_value_365_days)
            as {{ covey.type_double() }}
        ) as expected_value
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_lifetime_value') }} as lifetime_values
        on customer_segments.customer_key = lifetime_values.customer_key
    group by customer_segments.segmentation, customer_segments.segment_id
    having
        count(lifetime_values.expected_value_365_days) >= {{ var('covey_min_group_size') }}
),

names_counted as (
    select
        *,
        count(*) over (partition by segmentation, segment_name) as namesakes
    from segments
),

final as (
    select
        names_counted.segmentation,
        names_counted.segment_id,
        names_counted.segment_name
        || case
            when names_counted.namesakes > 1 then ' (' || names_counted.segment_id || ')' else ''
        end as segment_name,
        personas.description,
        {{ covey.try_cast('names_counted.segment_id', dbt.type_bigint()) }} as segment_number,
        names_counted.customers,
        cast(sizes_before.customers_before as {{ dbt.type_bigint() }}) as customers_before,
        names_counted.customer_share,
        names_counted.monetary,
        names_counted.value_share,
        cast(
            names_counted.customers * 1.0 / nullif(sizes_before.customers_before, 0) - 1
            as {{ covey.type_double() }}
        ) as growth_share,
        cast(names_counted.monetary / names_counted.customers as {{ covey.type_double() }})
            as value_per_customer,
        values_expected.expected_value
    from names_counted
    left join personas
        on
            names_counted.segmentation = personas.segmentation
            and names_counted.segment_id = personas.segment_id
    left join sizes_before
        on
            names_counted.segmentation = sizes_before.segmentation
            and names_counted.segment_id = sizes_before.segment_id
    left join values_expected
        on
            names_counted.segmentation = values_expected.segmentation
            and names_counted.segment_id = values_expected.segment_id
    where names_counted.customers >= {{ var('covey_min_group_size') }}
)

select * from final
