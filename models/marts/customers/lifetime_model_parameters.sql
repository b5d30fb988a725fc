-- One row per fit, model and parameter of the models of lifetime value.
with parameters as (
    select *
    from {{ ref('fit_lifetime_models') }}
),

final as (
    select
        cast(fit as {{ dbt.type_string() }}) as fit,
        cast(model as {{ dbt.type_string() }}) as model,
        cast(parameter as {{ dbt.type_string() }}) as parameter,
        cast(value as {{ covey.type_double() }}) as value,
        cast(is_valid as boolean) as is_valid,
        cast(rejection_reason as {{ dbt.type_string() }}) as rejection_reason
    from parameters
)

select * from final
