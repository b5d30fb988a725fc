-- One row per stage of the lifecycle with enough customers.
with lifecycle as (
    select
        lifecycle_stage,
        count(*) over () as all_customers
    from {{ ref('customer_lifecycle') }}
),

final as (
    select
        lifecycle_stage,
        case lifecycle_stage
            when 'prospect' then 'Has not bought yet'
            when 'new' then 'Bought for the first time of late'
            when 'active' then 'Buys as usual'
            when 'at risk' then 'Has been away for longer than usual'
            when 'lapsed' then 'Has been away for so long that few come back'
        end as meaning,
        cast(
            case lifecycle_stage
                when 'prospect' then 1
                when 'new' then 2
                when 'active' then 3
                when 'at risk' then 4
                when 'lapsed' then 5
            end as {{ dbt.type_bigint() }}
        ) as stage_order,
        count(*) as customers,
        cast(count(*) * 1.0 / max(all_customers) as {{ covey.type_double() }}) as customer_share
    from lifecycle
    group by lifecycle_stage
    having count(*) >= {{ var('covey_min_group_size') }}
)

select * from final
