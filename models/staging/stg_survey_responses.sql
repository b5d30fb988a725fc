-- One row per answer.
with kept as (
    {{ covey.kept_rows('survey_responses') }}
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
    from kept
)

select * from final
