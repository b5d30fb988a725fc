-- One row per known link of two identifiers.
with kept as (
    {{ covey.kept_rows('identifiers') }}
),

final as (
    select
        lower(id_type_a) as id_type_a,
        {{ covey.standard_identifier('id_type_a', 'id_a') }} as id_a,
        lower(id_type_b) as id_type_b,
        {{ covey.standard_identifier('id_type_b', 'id_b') }} as id_b,
        source_system,
        seen_at
    from kept
)

select * from final
