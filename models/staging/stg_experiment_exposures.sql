-- One row per exposure to a variant.
with base_experiment_exposures as (
    select *
    from {{ ref('base_experiment_exposures') }}
    where row_status = 'kept'
),

final as (
    select
        experiment_id,
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        variant,
        exposed_at,
        source_system
    from base_experiment_exposures
)

select * from final
