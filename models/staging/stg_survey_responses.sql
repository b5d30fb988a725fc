-- One row per answer.
with base_survey_responses as (
    select *
    from {{ ref('base_survey_responses') }}
    where row_status = 'kept'
),

final as (
    select
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        question_id,
        answered_at,
        answer,
        source_system,
        trait,
        score
    from base_survey_responses
)

select * from final
