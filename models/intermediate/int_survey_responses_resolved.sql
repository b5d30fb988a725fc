-- One row per answer to a survey, with its customer.
with stg_survey_responses as (
    select
        *,
        {{ covey.identity_node('identifier_type', 'identifier', 'source_system') }} as node
    from {{ ref('stg_survey_responses') }}
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

final as (
    select
        identities.customer_key,
        stg_survey_responses.question_id,
        stg_survey_responses.trait,
        stg_survey_responses.score,
        stg_survey_responses.answered_at
    from stg_survey_responses
    left join identities
        on stg_survey_responses.node = identities.node
)

select * from final
