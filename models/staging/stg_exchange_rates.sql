-- One row per currency and day.
with kept as (
    {{ covey.kept_rows('exchange_rates') }}
),

code_aliases as (
    select
        alias,
        code
    from {{ ref('code_aliases') }}
    where code_type = 'currency'
),

final as (
    select
        coalesce(code_aliases.code, upper(kept.currency)) as currency,
        kept.rate_date,
        kept.rate_to_reporting
    from kept
    left join code_aliases
        on {{ covey.code_alias('kept.currency', 'currency') }} = code_aliases.alias
)

select * from final
