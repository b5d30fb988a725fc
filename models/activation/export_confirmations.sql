-- One row per export that a tool has taken in. `covey confirm-export` adds rows; a run keeps them,
-- whatever its options.
with final as (
    {{ covey.last_run_rows({
        'destination_id': dbt.type_string(),
        'export_id': dbt.type_string(),
        'export_number': dbt.type_bigint(),
        'confirmed_at': dbt.type_timestamp(),
    }) | indent(4) }}
)

select * from final
