-- One row per input: what came in, what became of it, and how fresh it is.
with reconciliation as (
    select
        input,
        sum(raw_rows) as raw_rows,
        sum(kept_rows) as kept_rows,
        sum(duplicate_rows) as duplicate_rows,
        sum(quarantined_rows) as quarantined_rows
    from {{ ref('source_reconciliation') }}
    group by input
),

profile as (
    select
        *,
        max(profiled_at) over () as last_profiled_at
    from {{ ref('input_profile') }}
),

-- Moments that lie ahead, such as expiries, say nothing of how fresh an input is.
newest as (
    select
        input,
        max(
            case
                when
                    data_type in ('date', 'timestamp')
                    and max_value <= cast(profiled_at as {{ dbt.type_string() }})
                    then substr(max_value, 1, 10)
            end
        ) as newest_day,
        max(case when anomaly_verdict not in ('ok', 'first run') then anomaly_verdict end)
            as anomaly
    from profile
    where profiled_at = last_profiled_at
    group by input
),

final as (
    select
        reconciliation.input,
        newest.anomaly,
        cast(reconciliation.raw_rows as {{ dbt.type_bigint() }}) as raw_rows,
        cast(reconciliation.kept_rows as {{ dbt.type_bigint() }}) as kept_rows,
        cast(reconciliation.duplicate_rows as {{ dbt.type_bigint() }}) as duplicate_rows,
        cast(reconciliation.quarantined_rows as {{ dbt.type_bigint() }}) as quarantined_rows,
        {{ covey.try_cast('newest.newest_day', 'date') }} as newest_date
    from reconciliation
    left join newest
        on reconciliation.input = newest.input
)

select * from final
