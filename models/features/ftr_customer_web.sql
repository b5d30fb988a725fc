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
        count(case when carts.is_abandoned then 1 end) as abandoned_cart_count,
        {{ covey.exact_sum('carts.cart_value') }} / count(carts.cart_value) as average_cart_value
    from {{ ref('int_carts') }} as carts
    cross join as_of
    where
        cast(carts.opened_at as date) > as_of.window_start_date
        and cast(carts.opened_at as date) <= as_of.as_of_date
    group by carts.customer_key
),

paths_taken as (
    select
        customer_key,
        path_hash,
        count(*) as session_count
    from sessions
    group by customer_key, path_hash
),

path_steps as (
    select
        path_hash,
        previous_event_name,
        event_name,
        count(*) as step_count
    from {{ ref('int_path_steps') }}
    where previous_event_name is not null
    group by path_hash, previous_event_name, event_name
),

next_steps as (
    select
        paths_taken.customer_key,
        cast(sum(paths_taken.session_count * path_steps.step_count) as {{ covey.type_double() }})
            as step_count
    from paths_taken
    inner join path_steps
        on paths_taken.path_hash = path_steps.path_hash
    group by
        paths_taken.customer_key,
        path_steps.previous_event_name,
        path_steps.event_name
),

step_shares as (
    select
        customer_key,
        step_count / sum(step_count) over (partition by customer_key) as step_share
    from next_steps
),

steps_summed as (
    select
        customer_key,
        {{ covey.exact_sum('-step_share * ln(step_share)') }} as path_entropy
    from step_shares
    group by customer_key
),

sessions_summed as (
    select
        customer_key,
        count(*) as session_count,
        {{ covey.exact_sum('duration_minutes') }} as site_minutes,
        sum(page_count) as page_count,
        count(case when search_count > 0 then 1 end) as search_session_count,
        count(case when cart_add_count > 0 then 1 end) as cart_session_count,
        count(case when checkout_count > 0 then 1 end) as checkout_session_count,
        count(case when checkout_count > 0 and purchase_count > 0 then 1 end)
            as completed_checkout_count,
        count(case when device_type in ('mobile', 'tablet', 'app') then 1 end)
            as mobile_session_count,
        count(device_type) as device_session_count,
        count(distinct device_type) as device_type_count,
        count(case when {{ covey.is_weekend('session_date') }} then 1 end)
            as weekend_session_count,
        count(case when extract(hour from started_at) >= 18 then 1 end) as evening_session_count,
        count(case when page_count <= 1 then 1 end) * 1.0 / count(*) as bounce_share,
        sum(product_view_count) as product_view_count,
        sum(search_count) as search_count,
        count(case when purchase_count > 0 then 1 end) * 1.0 / count(*)
            as session_conversion_rate,
        count(case when is_recent then 1 end) as recent_session_count,
        count(case when is_prior then 1 end) as prior_session_count,
        min(session_date) as first_session_date,
        max(session_date) as last_session_date
    from sessions
    group by customer_key
),

final as (
    select
        sessions_summed.customer_key,
        sessions_summed.session_count,
        sessions_summed.site_minutes,
        sessions_summed.site_minutes / sessions_summed.session_count as average_session_minutes,
        sessions_summed.page_count * 1.0 / sessions_summed.session_count as pages_per_session,
        {{ covey.share('sessions_summed.site_minutes', 'sessions_summed.page_count') }}
            as minutes_per_page,
        sessions_summed.bounce_share,
        sessions_summed.product_view_count,
        sessions_summed.search_count,
        {%- for kind in ['search', 'cart', 'checkout', 'weekend', 'evening'] %}
        sessions_summed.{{ kind }}_session_count * 1.0 / sessions_summed.session_count
            as {{ kind }}_session_share,
        {%- endfor %}
        {{ covey.share('sessions_summed.completed_checkout_count',
            'sessions_summed.checkout_session_count') }} as checkout_completion_share,
        {{ covey.share('sessions_summed.mobile_session_count',
            'sessions_summed.device_session_count') }} as mobile_session_share,
        sessions_summed.device_type_count,
        sessions_summed.session_conversion_rate,
        coalesce(carts.cart_count, 0) as cart_count,
        {{ covey.share('carts.abandoned_cart_count', 'carts.cart_count') }}
            as cart_abandonment_share,
        carts.average_cart_value,
        sessions_summed.first_session_date,
        steps_summed.path_entropy,
        -- One added to both sides: a first session in a month is growth, not infinity.
        ln((sessions_summed.recent_session_count + 1.0) / (sessions_summed.prior_session_count + 1))
            as engagement_velocity,
        {{ dbt.datediff('sessions_summed.last_session_date', 'as_of.as_of_date', 'day') }}
            as days_since_last_session
    from sessions_summed
    cross join as_of
    left join steps_summed
        on sessions_summed.customer_key = steps_summed.customer_key
    left join carts
        on sessions_summed.customer_key = carts.customer_key
)

select * from final
