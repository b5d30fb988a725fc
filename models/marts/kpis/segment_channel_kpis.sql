-- One row per segmentation, segment, channel and period (covey_period) in which something was done.
{%- set counts = covey.activity_counts() %}
with activities_summed as (
    select
        activities_placed.segmentation,
        activities_placed.segment_id,
        activities_summed.channel,
        count(case when activities_summed.orders > 0 then 1 end) as active_customers,
        {%- for count in counts %}
        cast(sum(activities_summed.{{ count }}) as {{ dbt.type_bigint() }}) as {{ count }},
        {%- endfor %}
        {{ covey.exact_sum('activities_summed.revenue') }} as revenue,
        activities_placed.period_date
    from {{ ref('int_activities_placed') }} as activities_placed
    inner join {{ ref('int_activities_summed') }} as activities_summed
        on
            activities_placed.customer_key = activities_summed.customer_key
            and activities_placed.period_date = activities_summed.period_date
    group by
        activities_placed.segmentation,
        activities_placed.segment_id,
        activities_summed.channel,
        activities_placed.period_date
),

segments as (
    select
        segmentation,
        segment_id,
        segment_name,
        persona_id
    from {{ ref('int_segments_seen') }}
),

final as (
    select
        activities_summed.segmentation,
        activities_summed.segment_id,
        segments.segment_name,
        segments.persona_id,
        activities_summed.channel,
        activities_summed.active_customers,
        activities_summed.{{ counts | join(',\n        activities_summed.') }},
        activities_summed.revenue,
        cast({{ covey.share('revenue', 'orders') }} as {{ covey.type_double() }})
            as average_order_value,
        cast({{ covey.share('converted_sessions', 'sessions') }} as {{ covey.type_double() }})
            as conversion_rate,
        cast({{ covey.share('clicked_messages', 'messages') }} as {{ covey.type_double() }})
            as click_through_rate,
        activities_summed.period_date
    from activities_summed
    inner join segments
        on
            activities_summed.segmentation = segments.segmentation
            and activities_summed.segment_id = segments.segment_id
)

select * from final
