-- One row per currency and day.
with kept as (
    {{ covey.kept_rows('exchange_rates') }}
),

final as (
    select
        upper(currency) as currency,
        rate_date,
        rate_to_reporting
    from kept
)

select * from final
