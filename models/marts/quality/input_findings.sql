-- One row per input, column and finding: how many accepted rows it was found in.
{%- set identified_inputs = [
    'offline_events', 'survey_responses', 'enrichment', 'consents', 'erasure_requests',
    'experiment_exposures',
] %}
with customer_findings as (
    select
        count(case when is_test then 1 end) as is_test,
        count(case when is_phone_unread then 1 end) as phone,
        count(case when is_gender_unknown then 1 end) as gender,
        count(case when is_country_unknown then 1 end) as country
    from {{ ref('stg_customers') }}
),

known_event_names as (
    select distinct event_name
    from {{ ref('event_taxonomy') }}
),

-- What no row shows by itself, only the tables that follow.
later_findings as (
    {%- for column_name, finding in {
        'is_test': 'test account', 'phone': 'not a telephone number', 'gender': 'unknown code',
        'country': 'unknown name',
    }.items() %}
    select
        'customers' as input,
        '{{ column_name }}' as column_name,
        '{{ finding }}' as finding,
        {{ column_name }} as row_count
    from customer_findings
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- for input in identified_inputs %}
    union all
    select
        '{{ input }}' as input,
        'identifier' as column_name,
        'not a telephone number' as finding,
        count(*) as row_count
    from {{ ref('stg_' ~ input) }}
    where identifier is null
    {%- endfor %}
    union all
    select
        'web_events' as input,
        'event_name' as column_name,
        'unknown name' as finding,
        count(*) as row_count
    from {{ ref('int_web_events_sessionized') }} as web_events
    left join known_event_names
        on web_events.event_name = known_event_names.event_name
    where known_event_names.event_name is null
    union all
    select
        'orders' as input,
        'currency' as column_name,
        'no exchange rate' as finding,
        count(*) as row_count
    from {{ ref('int_orders_resolved') }}
    where is_rate_missing
    union all
    select
        'orders' as input,
        'net_amount' as column_name,
        'credit note' as finding,
        count(*) as row_count
    from {{ ref('int_orders_resolved') }}
    where is_credit_note
    union all
    select
        'order_items' as input,
        'order_id' as column_name,
        'no such order' as finding,
        count(*) as row_count
    from {{ ref('stg_order_items') }} as order_items
    left join {{ ref('int_orders_resolved') }} as orders
        on order_items.order_id = orders.order_id
    where orders.order_id is null
    union all
    select
        'messages' as input,
        'is_machine_open' as column_name,
        'machine open' as finding,
        sum(event_count) as row_count
    from {{ ref('int_message_days') }}
    where
        is_machine_open
        and event_type = 'open'
    union all
    select
        'web_events' as input,
        'session_id' as column_name,
        bot_reason as finding,
        sum(event_count) as row_count
    from {{ ref('int_sessions') }}
    where is_bot
    group by bot_reason
    union all
    select
        input_days.input,
        case input_days.input when 'orders' then 'ordered_at' else 'occurred_at' end
            as column_name,
        'after the as-of date' as finding,
        sum(input_days.kept_row_count) as row_count
    from {{ ref('int_input_days') }} as input_days
    cross join {{ ref('int_as_of') }} as as_of
    where input_days.activity_date > as_of.as_of_date
    group by input_days.input
),

all_findings as (
    select
        input,
        column_name,
        finding,
        row_count
    from {{ ref('int_input_findings') }}
    where is_accepted
    union all
    select *
    from later_findings
    where row_count > 0
),

final as (
    select
        all_findings.input,
        all_findings.column_name,
        all_findings.finding,
        staging_findings.outcome,
        staging_findings.meaning,
        cast(all_findings.row_count as {{ dbt.type_bigint() }}) as row_count
    from all_findings
    left join {{ ref('staging_findings') }} as staging_findings
        on all_findings.finding = staging_findings.finding
)

select * from final
