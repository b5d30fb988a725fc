-- One row per exposure of a known customer to a variant of an experiment.
with stg_experiment_exposures as (
    select *
    from {{ ref('stg_experiment_exposures') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        stg_experiment_exposures.experiment_id,
        identities.customer_key,
        stg_experiment_exposures.variant,
        stg_experiment_exposures.exposed_at
    from stg_experiment_exposures
    inner join identities
        on
            {{ covey.identity_node(
                'stg_experiment_exposures.identifier_type',
                'stg_experiment_exposures.identifier',
                'stg_experiment_exposures.source_system'
            ) }} = identities.node
)

select * from final
