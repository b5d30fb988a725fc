-- One row per customer with a session in the feature window.
with as_of as (
    select
        as_of_date,
        window_start_date,
        {{ dbt.dateadd('day', -30, 'as_of_date') }} as recent_start_date,
        {{ dbt.dateadd('day', -60, 'as_of_date') }} as prior_start_date
    from {{ ref('int_as_of') }}
),

sessions as (
    select
        sessions.*,
        sessions.session_date > as_of.recent_start_date as is_recent,
        sessions.session_date > as_of.prior_start_date
        and sessions.session_date <= as_of.recent_start_date as is_prior
    from {{ ref('int_sessions') }} as sessions
    cross join as_of
    where
        sessions.customer_key is not null
        and not sessions.is_bot
        and sessions.session_date > as_of.window_start_date
        and sessions.session_date <= as_of.as_of_date
),

carts as (
    select
        carts.customer_key,
        count(*) as cart_count,
        count(case when carts.is_abandoned then 1 end) as abandoned_cart_count
    from {{ ref('int_carts') }} as carts
    cross join as_of
    where
        cast(carts.opened_at as date) > as_of.window_start_date
        and cast(carts.opened_at as date) <= as_of.as_of_date
    group by carts.customer_key
),

sessions_summed as (
    select
        customer_key,
        count(*) as session_count,
        {{ covey.exact_sum('duration_minutes') }} / count(*) as average_session_minutes,
        sum(page_count) * 1.0 / count(*) as pages_per_session,
        count(case when page_count <= 1 then 1 end) * 1.0 / count(*) as bounce_share,
        sum(product_view_count) as product_view_count,
        sum(search_count) as search_count,
        count(case when purchase_count > 0 then 1 end) * 1.0 / count(*)
            as session_conversion_rate,
        count(case when is_recent then 1 end) as recent_session_count,
        count(case when is_prior then 1 end) as prior_session_count,
        max(session_date) as last_session_date
    from sessions
    group by customer_key
),

final as (
    select
        sessions_summed.customer_key,
        sessions_summed.session_count,
        sessions_summed.average_session_minutes,
        sessions_summed.pages_per_session,
        sessions_summed.bounce_share,
        sessions_summed.product_view_count,
        sessions_summed.search_count,
        sessions_summed.session_conversion_rate,
        coalesce(carts.cart_count, 0) as cart_count,
        {{ covey.share('carts.abandoned_cart_count', 'carts.cart_count') }}
            as cart_abandonment_share,
        -- One added to both sides: a first session in a month is growth, not infinity.
        ln((sessions_summed.recent_session_count + 1.0) / (sessions_summed.prior_session_count + 1))
            as engagement_velocity,
        {{ dbt.datediff('sessions_summed.last_session_date', 'as_of.as_of_date', 'day') }}
            as days_since_last_session
    from sessions_summed
    cross join as_of
    left join carts
        on sessions_summed.customer_key = carts.customer_key
)

select * from final
