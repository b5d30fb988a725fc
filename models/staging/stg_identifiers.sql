-- One row per known link of two identifiers.
with base_identifiers as (
    select *
    from {{ ref('base_identifiers') }}
    where row_status = 'kept'
),

final as (
    select
        lower(id_type_a) as id_type_a,
        {{ covey.standard_identifier('id_type_a', 'id_a') }} as id_a,
        lower(id_type_b) as id_type_b,
        {{ covey.standard_identifier('id_type_b', 'id_b') }} as id_b,
        source_system,
        seen_at
    from base_identifiers
)

select * from final
