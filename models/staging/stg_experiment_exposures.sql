-- One row per exposure to a variant.
with kept as (
    {{ covey.kept_rows('experiment_exposures') }}
),

final as (
    select
        experiment_id,
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        variant,
        exposed_at,
        source_system
    from kept
)

select * from final
