-- One row per segmentation, segment and period (covey_period) of the feature window.
{%- set counts = covey.activity_counts() %}
with segment_periods as (
    select *
    from {{ ref('int_segment_periods') }}
),

activities_counted as (
    select
        segmentation,
        segment_id,
        period_date,
        count(case when is_active then 1 end) as active_customers,
        count(case when was_active then 1 end) as previously_active_customers,
        count(case when is_active and was_active then 1 end) as retained_customers
    from {{ ref('int_activities_placed') }}
    group by segmentation, segment_id, period_date
),

channels_summed as (
    select
        segmentation,
        segment_id,
        period_date,
        {%- for count in counts %}
        cast(sum({{ count }}) as {{ dbt.type_bigint() }}) as {{ count }},
        {%- endfor %}
        {{ covey.exact_sum('revenue') }} as revenue
    from {{ ref('segment_channel_kpis') }}
    group by segmentation, segment_id, period_date
),

-- What is expected is known of the day of the run alone.
values_expected as (
    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        count(*) as forecast_customers,
        {{ covey.exact_sum('lifetime_values.expected_value_365_days') }} as expected_value,
        lifetime_values.as_of_date
    from {{ ref('customer_segments') }} as customer_segments
    inner join {{ ref('customer_lifetime_value') }} as lifetime_values
        on customer_segments.customer_key = lifetime_values.customer_key
    group by
        customer_segments.segmentation,
        customer_segments.segment_id,
        lifetime_values.as_of_date
),

joined as (
    select
        segment_periods.segmentation,
        segment_periods.segment_id,
        segment_periods.segment_name,
        segment_periods.persona_id,
        segment_periods.customers,
        {%- for count in [
            'active_customers', 'previously_active_customers', 'retained_customers'
        ] %}
        coalesce(activities_counted.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        {%- for count in counts %}
        coalesce(channels_summed.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        coalesce(channels_summed.revenue, 0) as revenue,
        values_expected.forecast_customers,
        values_expected.expected_value,
        segment_periods.is_segment_of_then,
        segment_periods.period_date,
        segment_periods.end_date
    from segment_periods
    left join activities_counted
        on
            segment_periods.segmentation = activities_counted.segmentation
            and segment_periods.segment_id = activities_counted.segment_id
            and segment_periods.period_date = activities_counted.period_date
    left join channels_summed
        on
            segment_periods.segmentation = channels_summed.segmentation
            and segment_periods.segment_id = channels_summed.segment_id
            and segment_periods.period_date = channels_summed.period_date
    left join values_expected
        on
            segment_periods.segmentation = values_expected.segmentation
            and segment_periods.segment_id = values_expected.segment_id
            and segment_periods.end_date = values_expected.as_of_date
),

final as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id,
        customers,
        active_customers,
        previously_active_customers,
        retained_customers,
        {{ counts | join(',\n        ') }},
        revenue,
        forecast_customers,
        expected_value,
        cast({{ covey.share('revenue', 'orders') }} as {{ covey.type_double() }})
            as average_order_value,
        cast({{ covey.share('converted_sessions', 'sessions') }} as {{ covey.type_double() }})
            as conversion_rate,
        cast({{ covey.share('clicked_messages', 'messages') }} as {{ covey.type_double() }})
            as click_through_rate,
        cast(
            {{ covey.share('retained_customers', 'previously_active_customers') }}
            as {{ covey.type_double() }}
        ) as retention_rate,
        cast({{ covey.share('expected_value', 'forecast_customers') }} as {{ covey.type_double() }})
            as mean_expected_value,
        is_segment_of_then,
        period_date,
        end_date
    from joined
)

select * from final
