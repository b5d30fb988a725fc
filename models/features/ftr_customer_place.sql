-- One row per customer: where they are when they visit, and how far from a store they live.
{%- set has_stores = var('covey_stores_relation') or covey.is_demo() %}
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

customers as (
    select
        customer_key,
        lower(region) as region,
        latitude,
        longitude
    from {{ ref('int_customers_resolved') }}
),

stores as (
    select
        latitude,
        longitude
    from {{ covey.edited_table('stores') }}
    -- The stores of the seed are those of the bundled data, and nobody else's.
    where
        latitude is not null
        and longitude is not null
        and {{ 'true' if has_stores else 'false' }}
),

distances as (
    select
        customers.customer_key,
        min({{ covey.great_circle_km(
            'customers.latitude', 'customers.longitude', 'stores.latitude', 'stores.longitude'
        ) | indent(8) }}) as nearest_store_km
    from customers
    cross join stores
    where
        customers.latitude is not null
        and customers.longitude is not null
    group by customers.customer_key
),

sessions_summed as (
    select
        sessions.customer_key,
        count(*) as located_session_count,
        count(case when lower(sessions.region) = customers.region then 1 end)
            as home_session_count
    from {{ ref('int_sessions') }} as sessions
    inner join customers
        on sessions.customer_key = customers.customer_key
    cross join as_of
    where
        not sessions.is_bot
        and sessions.region is not null
        and customers.region is not null
        and sessions.session_date > as_of.window_start_date
        and sessions.session_date <= as_of.as_of_date
    group by sessions.customer_key
),

final as (
    select
        customers.customer_key,
        {{ covey.share('sessions_summed.home_session_count',
            'sessions_summed.located_session_count') }} as home_region_session_share,
        distances.nearest_store_km
    from customers
    left join sessions_summed
        on customers.customer_key = sessions_summed.customer_key
    left join distances
        on customers.customer_key = distances.customer_key
)

select * from final
