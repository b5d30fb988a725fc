{{ config(tags=['covey_history']) }}
-- One row per customer and stay in an RFM segment. A log that each run as of a later day continues.
{%- set columns = {
    'customer_key': dbt.type_string(),
    'rfm_segment': dbt.type_string(),
    'previous_rfm_segment': dbt.type_string(),
    'rfm_change': dbt.type_string(),
    'rfm_composite': covey.type_double(),
    'valid_from': 'date',
    'valid_to': 'date',
    'as_of_date': 'date',
} %}
with current_states as (
    select
        rfm.customer_key,
        rfm.rfm_segment,
        rfm.rfm_composite
    from {{ ref('ftr_customer_rfm') }} as rfm
    inner join {{ ref('int_customers_profiled') }} as customers
        on rfm.customer_key = customers.customer_key
    where rfm.rfm_segment is not null
),

{{ covey.continued_stays(columns, ['customer_key'], 'rfm_segment', latest=['rfm_composite']) }},

stays_begun as (
    select
        customer_key,
        rfm_segment,
        last_rfm_segment as previous_rfm_segment,
        case
            when last_rfm_segment is null then 'new'
            when rfm_composite > last_rfm_composite then 'up'
            when rfm_composite < last_rfm_composite then 'down'
            else 'sideways'
        end as rfm_change,
        rfm_composite,
        as_of_date as valid_from,
        cast(null as date) as valid_to,
        as_of_date
    from stays_to_begin
),

final as (
    select {{ columns | join(', ') }}
    from stays_continued
    union all
    select {{ columns | join(', ') }}
    from stays_begun
)

select * from final
