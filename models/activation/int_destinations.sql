-- One row per destination that is switched on.
with destinations as (
    select *
    from {{ covey.edited_table('destinations') }}
),

final as (
    select
        destination_id,
        vendor,
        format,
        channel,
        purpose,
        audiences,
        needs,
        holdouts,
        mode,
        cast(max_rows_per_file as {{ dbt.type_bigint() }}) as max_rows_per_file,
        cast(max_megabytes_per_file as {{ dbt.type_bigint() }}) as max_megabytes_per_file,
        cast(max_customers as {{ dbt.type_bigint() }}) as max_customers
    from destinations
    where is_enabled
)

select * from final
