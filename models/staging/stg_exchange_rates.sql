-- One row per currency and day.
with base_exchange_rates as (
    select *
    from {{ ref('base_exchange_rates') }}
    where row_status = 'kept'
),

final as (
    select
        upper(currency) as currency,
        rate_date,
        rate_to_reporting
    from base_exchange_rates
)

select * from final
